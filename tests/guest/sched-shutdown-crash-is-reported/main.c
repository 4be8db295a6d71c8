/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCHEDOP_shutdown with the reason crash is told on the console as dom0's crash. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_sched_shutdown shutdown = {.reason = SHUTDOWN_crash};

	test_expect_crash();
	hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
}
