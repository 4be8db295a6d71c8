/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Consumer of the FIFO event queue. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ARRAY_PAGES 4
#define WORDS_PER_PAGE (PAGE_SIZE / sizeof(uint32_t))

static struct xen_evtchn_fifo_control_block *control;
static uint32_t *array[ARRAY_PAGES];
static unsigned int array_pages;
static uint32_t heads[EVTCHN_FIFO_MAX_QUEUES];
static uint32_t counts[ARRAY_PAGES * WORDS_PER_PAGE];

static uint32_t *word_of(uint32_t port)
{
	return &array[port / WORDS_PER_PAGE][port % WORDS_PER_PAGE];
}

static void scan(void)
{
	uint32_t port;

	while ((port = fifo_take()) != 0)
		__atomic_fetch_add(&counts[port], 1, __ATOMIC_SEQ_CST);
}

void fifo_expand(void)
{
	uint32_t *page = page_alloc(1);
	struct xen_evtchn_expand_array call = {.array_gfn = mfn_of(page)};
	long result = hypercall_event_channel_op(EVTCHNOP_expand_array, &call);

	if (result != 0)
		test_fail("EVTCHNOP_expand_array returns %ld", result);
	array[array_pages++] = page;
}

void fifo_init(void)
{
	struct xen_evtchn_init_control call = {.vcpu = 0};
	long result;

	control = page_alloc(1);
	call.control_gfn = mfn_of(control);
	result = hypercall_event_channel_op(EVTCHNOP_init_control, &call);
	if (result != 0)
		test_fail("EVTCHNOP_init_control returns %ld", result);
	CHECK_EQUAL(call.link_bits, EVTCHN_FIFO_LINK_BITS);
	fifo_expand();
	event_set_scan(scan);
}

uint32_t fifo_word(uint32_t port)
{
	return read_once(*word_of(port));
}

uint32_t fifo_ready(void)
{
	return read_once(control->ready);
}

uint32_t *fifo_ready_word(void)
{
	return &control->ready;
}

void fifo_set_word(uint32_t port, uint32_t value)
{
	write_once(*word_of(port), value);
}

void fifo_clear(uint32_t port)
{
	__atomic_fetch_and(word_of(port), ~(1u << EVTCHN_FIFO_PENDING), __ATOMIC_SEQ_CST);
}

void fifo_mask(uint32_t port)
{
	__atomic_fetch_or(word_of(port), 1u << EVTCHN_FIFO_MASKED, __ATOMIC_SEQ_CST);
}

uint32_t fifo_count(uint32_t port)
{
	return read_once(counts[port]);
}

/* Unlinks the head of `queue`: its port, and through `pending` whether it was to be delivered. */
static uint32_t queue_pop(unsigned int queue, bool *pending)
{
	uint32_t port = heads[queue], old, word;

	if (port == 0)
		port = read_once(control->head[queue]);
	word = read_once(*word_of(port));
	do {
		old = word;
	} while (!__atomic_compare_exchange_n(
		word_of(port), &word, old & ~(EVTCHN_FIFO_LINK_MASK | 1u << EVTCHN_FIFO_LINKED),
		false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	heads[queue] = old & EVTCHN_FIFO_LINK_MASK;
	if (heads[queue] == 0)
		__atomic_fetch_and(&control->ready, ~(1u << queue), __ATOMIC_SEQ_CST);
	*pending = (old & 1u << EVTCHN_FIFO_PENDING) && !(old & 1u << EVTCHN_FIFO_MASKED);
	return port;
}

uint32_t fifo_take(void)
{
	uint32_t ready;

	while ((ready = read_once(control->ready)) != 0) {
		bool pending;
		uint32_t port = queue_pop((unsigned int)__builtin_ctz(ready), &pending);

		if (pending) {
			fifo_clear(port);
			return port;
		}
	}
	return 0;
}
