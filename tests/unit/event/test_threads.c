/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Senders on several CPUs while ports are closed, moved and reset under them: no page is touched after it was given back. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "hv/errno.h"
#include "hv/heap.h"

#define NR_PORTS 12
#define NR_ROUNDS 300

static bool is_over;

static void cpu_start(unsigned int cpu, struct domain *d, uint32_t vcpu)
{
	fake_cpu_enter(cpu);
	fixture_act_as(d, vcpu);
}

/* The guest's second vcpu and the control domain know no port numbers: they try all. */
static void *sender_run(void *data)
{
	cpu_start(1, guest, 1);
	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
		for (uint32_t port = 0; port < NR_PORTS; port++) {
			bool pending;

			(void)op_send(port);
			(void)op_unmask(port);
			if (event_check_pending(guest, port, &pending))
				continue;
			(void)op_bind_vcpu(port, port & 1);
			(void)op_set_priority(port, port & 15);
		}
	return NULL;
}

static void *peer_run(void *data)
{
	cpu_start(2, control, 0);
	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
		for (uint32_t port = 1; port < NR_PORTS; port++) {
			(void)op_bind_interdomain(GUEST_ID, port);
			(void)op_send(port);
			if (port % 3 == 0)
				(void)op_close(port);
			event_send_virq_vcpu(guest->vcpu[0], VIRQ_TIMER);
		}
	return NULL;
}

static void pages_check(struct page **pages, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		uint64_t *content = page_to_virt(pages[i]);

		assert_int_equal(pages[i]->count_info & PAGE_COUNT_MASK, 1);
		memset(content, 0x77, PAGE_SIZE);
	}
	sched_yield();
	for (unsigned int i = 0; i < nr; i++)
		for (unsigned int n = 0; n < PAGE_SIZE / 8; n++)
			assert_int_equal(((uint64_t *)page_to_virt(pages[i]))[n],
					 0x7777777777777777);
}

static void round_run(struct page **pages)
{
	int64_t error;

	assert_int_equal(op_init_control(page_to_mfn(pages[0]).n, 0, 0), 0);
	assert_int_equal(op_init_control(page_to_mfn(pages[1]).n, 0, 1), 0);
	memset(page_to_virt(pages[2]), 0, PAGE_SIZE);
	assert_int_equal(op_expand_array(page_to_mfn(pages[2]).n), 0);
	for (unsigned int i = 0; i < 4; i++) {
		(void)op_bind_ipi(i & 1);
		(void)op_alloc_unbound(DOMID_SELF, 0);
	}
	(void)op_bind_virq(VIRQ_TIMER, 0);
	for (uint32_t port = 0; port < NR_PORTS; port++)
		(void)op_send(port);
	do
		error = op_reset(DOMID_SELF);
	while (error == -EAGAIN);
	assert_int_equal(error, 0);
	pages_check(pages, 3);
}

static void pages_of_a_reset_domain_are_left_alone(void **state)
{
	struct page *pages[3];
	pthread_t threads[2];

	fixture_start(UINT32_MAX);
	fake_cpus_set_online(3);
	for (unsigned int i = 0; i < 3; i++)
		pages[i] = heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT);
	pthread_create(&threads[0], NULL, sender_run, NULL);
	pthread_create(&threads[1], NULL, peer_run, NULL);
	for (unsigned int i = 0; i < NR_ROUNDS; i++)
		round_run(pages);
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	assert_true(fixture_end());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_of_a_reset_domain_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
