/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sysctl of another version, of no known number or at a bad address is refused, and nothing is written back. */
#include "guest/sysctl.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_sysctl call = {.cmd = XEN_SYSCTL_sched_id};

	call.u.sched_id.sched_id = 77;
	for (uint32_t version = 0; version < 0x20; version++) {
		if (version == XEN_SYSCTL_INTERFACE_VERSION)
			continue;
		call.interface_version = version;
		CHECK_EQUAL(hypercall_sysctl(&call), -XEN_EACCES);
	}
	CHECK_EQUAL(call.u.sched_id.sched_id, 77);
	CHECK_EQUAL(hypercall(__HYPERVISOR_sysctl, 0x7000dead0000, 0, 0, 0, 0), -XEN_EFAULT);
	CHECK_EQUAL(sysctl_send(&call, 0), -XEN_ENOSYS);
	CHECK_EQUAL(sysctl_send(&call, 13), -XEN_ENOSYS);
	CHECK_EQUAL(sysctl_send(&call, 99), -XEN_ENOSYS);
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_sched_id | 1u << 20), -XEN_ENOSYS);
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_sched_id), 0);
	CHECK(call.u.sched_id.sched_id >= XEN_SCHEDULER_CREDIT &&
	      call.u.sched_id.sched_id <= XEN_SCHEDULER_NULL);
	CHECK_EQUAL(call.cmd, XEN_SYSCTL_sched_id);
}
