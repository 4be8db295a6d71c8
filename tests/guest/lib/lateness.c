/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "guest/lateness.h"
#include "abi/vcpu.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static uint32_t port;
static uint64_t deadline, worst, ticks;

static void on_timer(void)
{
	uint64_t now = time_ns();

	__atomic_exchange_n(&vcpu_current()->info->evtchn_pending_sel, 0, __ATOMIC_SEQ_CST);
	event_clear(port);
	ticks++;
	if (now > deadline && now - deadline > worst)
		worst = now - deadline;
	deadline = now + LATENESS_STEP_NS;
	hypercall_set_timer_op(deadline);
}

void lateness_begin(void)
{
	hypercall_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
	port = (uint32_t)event_bind_virq(VIRQ_TIMER, 0);
	event_set_scan(on_timer);
	event_delivery_on();
}

void lateness_stage_start(void)
{
	worst = ticks = 0;
	deadline = time_ns() + LATENESS_STEP_NS;
	hypercall_set_timer_op(deadline);
}

uint64_t lateness_stage_end(const char *name)
{
	printf("%s: %lu ticks, latest by %lu ns\n", name, ticks, worst);
	CHECK(worst < MILLISECOND);
	return ticks;
}
