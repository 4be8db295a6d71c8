/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two vcpus send to each other as fast as they can: every request is answered, none is lost. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define ROUNDS 300

static uint32_t to_zero, to_one;

static void answer(void *argument)
{
	event_delivery_on();
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		/* Masked between look and block, which unmasks: or the event could come in between. */
		event_delivery_off();
		while (event_count(to_one) < i) {
			hypercall_sched_op(SCHEDOP_block, NULL);
			event_delivery_off();
		}
		event_delivery_on();
		event_send(to_zero);
	}
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

void test_main(void)
{
	to_zero = (uint32_t)event_bind_ipi(0);
	to_one = (uint32_t)event_bind_ipi(1);
	event_clear(to_zero);
	event_clear(to_one);
	vcpu_start(1, answer, NULL);
	event_delivery_on();
	for (uint32_t i = 1; i <= ROUNDS; i++) {
		uint64_t end = time_ns() + 20 * SECOND;

		event_send(to_one);
		while (event_count(to_zero) < i) {
			if (time_ns() > end)
				test_fail("round %u: %u sent on, %u came back", i,
					  event_count(to_one), event_count(to_zero));
			cpu_relax();
		}
	}
	CHECK_EQUAL(event_count(to_one), ROUNDS);
	CHECK_EQUAL(event_count(to_zero), ROUNDS);
}
