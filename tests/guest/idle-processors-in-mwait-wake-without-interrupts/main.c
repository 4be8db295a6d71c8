/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two vcpus wake each other many times; their processors idle in MWAIT. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/vcpu.h"

#define NR_ROUNDS 300

static uint32_t there, back;

static void answer(void *argument)
{
	write_once(back, (uint32_t)event_bind_ipi(1));
	for (uint32_t i = 0; i < NR_ROUNDS; i++) {
		while (event_count(back) <= i)
			hypercall_sched_op(SCHEDOP_block, NULL);
		event_send(there);
	}
	for (;;)
		hypercall_sched_op(SCHEDOP_block, NULL);
}

void test_main(void)
{
	there = (uint32_t)event_bind_ipi(0);
	event_delivery_on();
	vcpu_start(1, answer, NULL);
	while (!read_once(back))
		hypercall_sched_op(SCHEDOP_yield, NULL);
	for (uint32_t i = 1; i <= NR_ROUNDS; i++) {
		CHECK_EQUAL(event_send(back), 0);
		while (event_count(there) < i)
			hypercall_sched_op(SCHEDOP_block, NULL);
	}
}
