/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A second vcpu is initialised, brought up, runs its own code with its own state, goes down, comes up. */
#include "guest/hypercall.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static uint32_t seen_id = 99, rounds, go_down;

static void run(void *argument)
{
	seen_id = vcpu_current()->id;
	while (!read_once(go_down)) {
		__atomic_fetch_add(&rounds, 1, __ATOMIC_SEQ_CST);
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
	hypercall_vcpu_op(VCPUOP_down, 1, NULL);
	go_down = 2;
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

static bool wait_for(uint64_t timeout, bool (*condition)(void))
{
	uint64_t end = time_ns() + timeout;

	while (!condition()) {
		if (time_ns() > end)
			return false;
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
	return true;
}

static bool runs(void)
{
	return read_once(rounds) > 100;
}

static bool is_down(void)
{
	return hypercall_vcpu_op(VCPUOP_is_up, 1, NULL) == 0;
}

static bool came_back(void)
{
	return read_once(go_down) == 2;
}

void test_main(void)
{
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 0);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), -XEN_EINVAL);
	vcpu_start(1, run, NULL);
	CHECK(wait_for(5 * SECOND, runs));
	CHECK_EQUAL(seen_id, 1);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 1);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_initialise, 1, vcpu_context(1, run, NULL)),
		    -XEN_EEXIST);
	write_once(go_down, 1);
	CHECK(wait_for(5 * SECOND, is_down));
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), 0);
	CHECK(wait_for(5 * SECOND, came_back));
}
