/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sched_op: unknown commands, shutdown of absent domains, bad watchdogs, pinning, old number 6. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_sched_remote_shutdown remote = {.domain_id = 5};
	struct xen_sched_watchdog watchdog = {.id = 9, .timeout = 10};
	struct xen_sched_pin_override pin = {.pcpu = 4000};
	long id;

	CHECK_EQUAL(hypercall_sched_op(8, NULL), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_sched_op(0x7fffffff, NULL), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_yield, NULL), 0);
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_remote_shutdown, &remote), -XEN_ESRCH);
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_watchdog, &watchdog), -XEN_EINVAL);
	watchdog.id = 0;
	watchdog.timeout = 100;
	id = hypercall_sched_op(SCHEDOP_watchdog, &watchdog);
	CHECK(id > 0);
	watchdog.id = (uint32_t)id;
	watchdog.timeout = 0;
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_watchdog, &watchdog), 0);
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_pin_override, &pin), -XEN_EINVAL);
	pin.pcpu = 0;
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_pin_override, &pin), 0);
	pin.pcpu = -1;
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_pin_override, &pin), 0);
}
