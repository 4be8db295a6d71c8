/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An IPI port bound to vcpu 1 interrupts that vcpu, also out of SCHEDOP_block. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static uint32_t port, ready, woken;

static void sleep_for_event(void *argument)
{
	long bound = event_bind_ipi(1);

	if (bound <= 0)
		test_fail("event_bind_ipi returns %ld", bound);
	port = (uint32_t)bound;
	event_clear(port);
	write_once(ready, 1);
	while (event_count(port) < 5)
		hypercall_sched_op(SCHEDOP_block, NULL);
	write_once(woken, vcpu_current()->id + 1);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	uint64_t end = time_ns() + 5 * SECOND;

	vcpu_start(1, sleep_for_event, NULL);
	while (!read_once(ready) && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	for (uint32_t i = 1; i <= 5; i++) {
		CHECK_EQUAL(event_send(port), 0);
		CHECK(event_wait(port, i, 5 * SECOND));
	}
	while (!read_once(woken) && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(woken, 2);
}
