/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An event for a vcpu in user mode reaches the kernel's callback with the user's frame. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static volatile uint64_t stop;
static uint16_t cs_seen;

static void take_event(struct trap_regs *regs)
{
	cs_seen = regs->cs;
	event_handle();
	stop = 1;
}

static uint64_t user_spin(uint64_t argument)
{
	uint64_t rounds = 0;

	while (!stop)
		rounds++;
	return rounds + 1;
}

void test_main(void)
{
	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	REQUIRE(event_bind_virq(VIRQ_TIMER, 0) > 0);
	trap_set_handler(TRAP_EVENT, take_event);
	CHECK_EQUAL(hypercall_set_timer_op(time_ns() + 30 * MILLISECOND), 0);
	CHECK(user_call(user_spin, 0) > 0);
	CHECK_EQUAL(cs_seen & 3, 3);
}
