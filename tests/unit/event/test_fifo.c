/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FIFO queues: order, priorities, moves between queues, room that comes late, and guests that write what they like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "hv/errno.h"
#include "hv/heap.h"

#define WORDS_PER_PAGE 1024
#define PENDING (1U << EVTCHN_FIFO_PENDING)
#define MASKED (1U << EVTCHN_FIFO_MASKED)
#define LINKED (1U << EVTCHN_FIFO_LINKED)
#define BUSY (1U << EVTCHN_FIFO_BUSY)
#define DEFAULT EVTCHN_FIFO_PRIORITY_DEFAULT

static struct page *control_pages[NR_GUEST_VCPUS], *array_pages[8];
static unsigned int nr_array_pages;

static struct page *page_new(void)
{
	struct page *page = heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT);

	assert_non_null(page);
	return page;
}

static struct xen_evtchn_fifo_control_block *control_of(uint32_t vcpu)
{
	return page_to_virt(control_pages[vcpu]);
}

static uint32_t *word_of(uint32_t port)
{
	return (uint32_t *)page_to_virt(array_pages[port / WORDS_PER_PAGE]) + port % WORDS_PER_PAGE;
}

static void array_expand(void)
{
	array_pages[nr_array_pages] = page_new();
	assert_int_equal(op_expand_array(page_to_mfn(array_pages[nr_array_pages]).n), 0);
	nr_array_pages++;
}

static void queues_start(void)
{
	for (uint32_t vcpu = 0; vcpu < NR_GUEST_VCPUS; vcpu++) {
		control_pages[vcpu] = page_new();
		assert_int_equal(op_init_control(page_to_mfn(control_pages[vcpu]).n, 0, vcpu), 0);
	}
	array_expand();
}

static int setup(void **state)
{
	fixture_start(UINT32_MAX);
	nr_array_pages = 0;
	queues_start();
	return 0;
}

static int teardown(void **state)
{
	assert_true(fixture_is_consistent());
	assert_true(fixture_end());
	for (uint32_t vcpu = 0; vcpu < NR_GUEST_VCPUS; vcpu++) {
		assert_int_equal(control_pages[vcpu]->count_info & PAGE_COUNT_MASK, 1);
		assert_int_equal(control_pages[vcpu]->type_info & PAGE_TYPE_COUNT_MASK, 0);
	}
	for (unsigned int i = 0; i < nr_array_pages; i++)
		assert_int_equal(array_pages[i]->count_info & PAGE_COUNT_MASK, 1);
	return 0;
}

/* As a guest takes the next event of a queue; 0 when there is none. */
static uint32_t heads[NR_GUEST_VCPUS][EVTCHN_FIFO_MAX_QUEUES];

static uint32_t queue_take(uint32_t vcpu, uint32_t priority)
{
	struct xen_evtchn_fifo_control_block *block = control_of(vcpu);
	uint32_t *head = &heads[vcpu][priority], port, word;

	if (!(block->ready & 1U << priority))
		return 0;
	if (*head == 0)
		*head = block->head[priority];
	port = *head;
	word = *word_of(port);
	*word_of(port) = word & ~(uint32_t)(LINKED | PENDING | EVTCHN_FIFO_LINK_MASK);
	*head = word & EVTCHN_FIFO_LINK_MASK;
	if (*head == 0)
		block->ready &= ~(1U << priority);
	return port;
}

static uint32_t ipi_new(uint32_t vcpu)
{
	int64_t port = op_bind_ipi(vcpu);

	assert_true(port > 0);
	return (uint32_t)port;
}

/* A port of the guest's that moves, and the one of ours that sends to it. */
static void pair_make(uint32_t *port, uint32_t *sender)
{
	*sender = (uint32_t)op_alloc_unbound(DOMID_SELF, DOMID_SELF);
	*port = (uint32_t)op_bind_interdomain(DOMID_SELF, *sender);
	assert_int_equal(queue_take(0, DEFAULT), *port);
}

static void events_come_in_order(void **state)
{
	uint32_t ports[5];

	memset(heads, 0, sizeof(heads));
	for (unsigned int i = 0; i < 5; i++)
		ports[i] = ipi_new(0);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(op_send(ports[4 - i]), 0);
	assert_int_equal(op_send(ports[4]), 0);
	assert_int_equal(control_of(0)->ready, 1U << DEFAULT);
	assert_int_equal(fake_calls.kicks, 1);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(queue_take(0, DEFAULT), ports[4 - i]);
	assert_int_equal(queue_take(0, DEFAULT), 0);
	assert_int_equal(op_send(ports[2]), 0);
	assert_int_equal(queue_take(0, DEFAULT), ports[2]);
}

/* An event behind others: the guest finds it by the links, its ready bit stays as the guest left it. */
static void ready_is_set_only_for_an_empty_queue(void **state)
{
	uint32_t first = ipi_new(0), second = ipi_new(0);

	assert_int_equal(op_send(first), 0);
	control_of(0)->ready = 0;
	assert_int_equal(op_send(second), 0);
	assert_int_equal(control_of(0)->ready, 0);
	assert_int_equal(*word_of(first) & EVTCHN_FIFO_LINK_MASK, second);
}

static void priorities_have_their_own_queues(void **state)
{
	uint32_t low = ipi_new(0), high = ipi_new(0);

	memset(heads, 0, sizeof(heads));
	assert_int_equal(op_set_priority(low, EVTCHN_FIFO_PRIORITY_MIN), 0);
	assert_int_equal(op_set_priority(high, EVTCHN_FIFO_PRIORITY_MAX), 0);
	assert_int_equal(op_set_priority(high, EVTCHN_FIFO_PRIORITY_MIN + 1), -EINVAL);
	assert_int_equal(op_set_priority(high + 1, 0), -EINVAL);
	assert_int_equal(op_send(low), 0);
	assert_int_equal(op_send(high), 0);
	assert_int_equal(control_of(0)->ready, 1U << 15 | 1U << 0);
	assert_int_equal(queue_take(0, 0), high);
	assert_int_equal(queue_take(0, 15), low);
	/* A port that is closed and used again has the default. */
	assert_int_equal(op_close(low), 0);
	assert_int_equal(op_set_priority(low, 1), -EACCES);
	assert_int_equal(op_set_priority(0, 1), -EACCES);
	assert_int_equal(op_bind_ipi(0), low);
	assert_int_equal(op_send(low), 0);
	assert_int_equal(queue_take(0, DEFAULT), low);
}

static void a_port_moves_while_queued_and_later(void **state)
{
	uint32_t port, sender, other = ipi_new(0);

	memset(heads, 0, sizeof(heads));
	pair_make(&port, &sender);
	assert_int_equal(op_send(sender), 0);
	assert_int_equal(op_bind_vcpu(port, 1), 0);
	assert_int_equal(op_set_priority(port, 3), 0);
	/* It hangs in the old queue still: no second link. */
	assert_int_equal(op_send(sender), 0);
	assert_int_equal(control_of(1)->ready, 0);
	assert_int_equal(queue_take(0, DEFAULT), port);
	assert_int_equal(op_send(sender), 0);
	assert_int_equal(control_of(1)->ready, 1U << 3);
	assert_int_equal(guest->vcpu[1]->info->evtchn_upcall_pending, 1);
	/* The old queue no longer has it as its tail. */
	assert_int_equal(op_send(other), 0);
	assert_int_equal(control_of(0)->head[DEFAULT], other);
	assert_int_equal(queue_take(1, 3), port);
	assert_int_equal(queue_take(0, DEFAULT), other);
}

static void a_masked_event_is_linked_at_unmask(void **state)
{
	uint32_t port = ipi_new(0);

	memset(heads, 0, sizeof(heads));
	*word_of(port) = MASKED;
	assert_int_equal(op_send(port), 0);
	assert_int_equal(*word_of(port), MASKED | PENDING);
	assert_int_equal(control_of(0)->ready, 0);
	assert_int_equal(op_unmask(port), 0);
	assert_int_equal(queue_take(0, DEFAULT), port);
	assert_int_equal(op_unmask(port), 0);
	assert_int_equal(queue_take(0, DEFAULT), 0);
}

static void events_without_room_wait_for_it(void **state)
{
	uint32_t port = 0;
	bool pending;

	memset(heads, 0, sizeof(heads));
	while (port < WORDS_PER_PAGE + 5)
		port = ipi_new(0);
	assert_int_equal(op_send(port), 0);
	assert_int_equal(control_of(0)->ready, 0);
	assert_int_equal(event_check_pending(guest, port, &pending), 0);
	assert_true(pending);
	assert_int_equal(op_send(port - 1), 0);
	assert_int_equal(op_close(port - 1), 0);
	array_expand();
	assert_int_equal(queue_take(0, DEFAULT), port);
	assert_int_equal(queue_take(0, DEFAULT), 0);
	assert_int_equal(event_check_pending(guest, port, &pending), 0);
	assert_false(pending);
}

static void what_is_pending_before_the_switch_is_carried_over(void **state)
{
	uint32_t port = 0, low;

	memset(heads, 0, sizeof(heads));
	assert_int_equal(op_reset(DOMID_SELF), 0);
	nr_array_pages = 0;
	low = ipi_new(0);
	while (port < 2000)
		port = ipi_new(0);
	assert_int_equal(op_send(low), 0);
	assert_int_equal(op_send(port), 0);
	queues_start();
	assert_int_equal(queue_take(0, DEFAULT), low);
	array_expand();
	assert_int_equal(queue_take(0, DEFAULT), port);
	assert_int_equal(queue_take(0, DEFAULT), 0);
}

static void a_port_that_hangs_in_a_queue_is_not_handed_out(void **state)
{
	uint32_t port = ipi_new(0);

	assert_int_equal(op_send(port), 0);
	assert_int_equal(op_close(port), 0);
	assert_int_equal(*word_of(port) & (PENDING | LINKED), LINKED);
	assert_int_equal(op_bind_ipi(0), port + 1);
	*word_of(port) = 0;
	assert_int_equal(op_bind_ipi(0), port);
}

static void reset_gives_the_pages_back(void **state)
{
	uint32_t port = 0;
	bool pending;

	while (port < 5000 && port < 4 * WORDS_PER_PAGE + 10) {
		port = ipi_new(0);
		if (port % WORDS_PER_PAGE == 0)
			array_expand();
	}
	assert_int_equal(op_reset(DOMID_SELF), 0);
	assert_int_equal(array_pages[0]->count_info & PAGE_COUNT_MASK, 1);
	assert_int_equal(control_pages[0]->type_info & PAGE_TYPE_COUNT_MASK, 0);
	/* Ports above those of two levels were in use: their bits lie behind the bitmaps. */
	assert_int_equal(op_unmask(port), 0);
	assert_int_equal(event_check_pending(guest, port, &pending), 0);
	assert_false(pending);
	assert_int_equal(op_send(port), -EINVAL);
	assert_int_equal(op_set_priority(1, 1), -ENOSYS);
	assert_int_equal(op_expand_array(page_to_mfn(array_pages[0]).n), -EOPNOTSUPP);
	assert_int_equal(op_bind_ipi(0), 1);
	assert_int_equal(op_send(1), 0);
	assert_true(port_is_pending(guest, 1));
}

static void bad_set_ups_are_refused(void **state)
{
	struct page *page = page_new(), *foreign = heap_alloc_domain(control, 0, 0);
	uint64_t mfn = page_to_mfn(page).n;

	assert_int_equal(op_init_control(mfn, 0, 0), -EINVAL);
	assert_int_equal(op_init_control(mfn, 0, NR_GUEST_VCPUS), -ENOENT);
	assert_int_equal(op_reset(DOMID_SELF), 0);
	nr_array_pages = 0;
	assert_int_equal(op_init_control(mfn, 4, 0), -EINVAL);
	assert_int_equal(op_init_control(mfn, PAGE_SIZE - 64, 0), -EINVAL);
	assert_int_equal(op_init_control(mfn, UINT32_MAX & ~7U, 0), -EINVAL);
	assert_int_equal(op_init_control(UINT64_MAX, 0, 0), -EINVAL);
	assert_int_equal(op_init_control(page_to_mfn(foreign).n, 0, 0), -EINVAL);
	page->type_info = PAGE_TYPE_L1 | 1;
	assert_int_equal(op_init_control(mfn, 0, 0), -EINVAL);
	page->type_info = 0;
	assert_int_equal(op_init_control(mfn, PAGE_SIZE - 72, 0), 0);
	assert_int_equal(op_expand_array(page_to_mfn(foreign).n), -EINVAL);
	assert_int_equal(page->count_info & PAGE_COUNT_MASK, 2);
	assert_int_equal(op_reset(DOMID_SELF), 0);
	assert_int_equal(page->count_info & PAGE_COUNT_MASK, 1);
}

static void the_array_has_an_end(void **state)
{
	struct page *page = page_new();
	uint64_t mfn = page_to_mfn(page).n;

	for (unsigned int i = 1; i < EVTCHN_FIFO_NR_CHANNELS / WORDS_PER_PAGE; i++)
		assert_int_equal(op_expand_array(mfn), 0);
	assert_int_equal(op_expand_array(mfn), -ENOSPC);
	assert_int_equal(page->count_info & PAGE_COUNT_MASK, 128);
}

/* The guest's words are nonsense: only its own events suffer. */
static void hostile_words_do_no_harm(void **state)
{
	static const uint32_t nonsense[] = {0,	    UINT32_MAX, LINKED | 0x1ffff, LINKED | 0x1fff0,
					    BUSY,   PENDING,	LINKED | BUSY,	  0x1ffff,
					    LINKED, 0x0fffffff};
	uint32_t ports[8];

	for (unsigned int i = 0; i < 8; i++)
		ports[i] = ipi_new(i & 1);
	for (unsigned int round = 0; round < 400; round++) {
		for (unsigned int i = 0; i < 8; i++)
			*word_of(ports[i]) = nonsense[(round * 7 + i * 3) % 10];
		memset(control_of(round & 1), (int)round, sizeof(*control_of(0)));
		assert_int_equal(op_set_priority(ports[round % 8], round % 16), 0);
		for (unsigned int i = 0; i < 8; i++) {
			assert_int_equal(op_send(ports[(i + round) % 8]), 0);
			assert_int_equal(op_unmask(ports[i]), 0);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_come_in_order),
		TEST(ready_is_set_only_for_an_empty_queue),
		TEST(priorities_have_their_own_queues),
		TEST(a_port_moves_while_queued_and_later),
		TEST(a_masked_event_is_linked_at_unmask),
		TEST(events_without_room_wait_for_it),
		TEST(what_is_pending_before_the_switch_is_carried_over),
		TEST(a_port_that_hangs_in_a_queue_is_not_handed_out),
		TEST(reset_gives_the_pages_back),
		TEST(bad_set_ups_are_refused),
		TEST(the_array_has_an_end),
		TEST(hostile_words_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
