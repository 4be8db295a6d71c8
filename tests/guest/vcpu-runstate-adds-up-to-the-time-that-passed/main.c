/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runstate: running now, times add up to system time; the registered copy is kept up to date. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"

static uint64_t sum(const struct xen_vcpu_runstate_info *info)
{
	return info->time[0] + info->time[1] + info->time[2] + info->time[3];
}

void test_main(void)
{
	struct xen_vcpu_runstate_info *area = page_alloc(1), first = {0}, second = {0};
	struct xen_vcpu_register_runstate_memory_area call = {.addr.v = (uint64_t)area};
	struct xen_vcpu_register_runstate_memory_area bad = {.addr.v = 0xffff820000000000};
	uint64_t start, passed;

	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, &first), 0);
	CHECK_EQUAL(first.state, RUNSTATE_running);
	/* Not before the first reading: the emulator may stand still in between. */
	start = time_ns();
	while (time_ns() < start + 20 * MILLISECOND)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_get_runstate_info, 0, &second), 0);
	passed = sum(&second) - sum(&first);
	CHECK(passed >= 19 * MILLISECOND && passed < 10 * SECOND);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, 0, &bad), -XEN_EFAULT);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_register_runstate_memory_area, 0, &call), 0);
	CHECK_EQUAL(area->state, RUNSTATE_running);
	/* The copy counts up to the last change of state. */
	CHECK(sum(area) + time_ns() - area->state_entry_time >= sum(&second));
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_get_runstate_info, 9, &second), -XEN_ENOENT);
}
