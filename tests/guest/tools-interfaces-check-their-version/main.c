/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl and sysctl refuse a version that is not 4.17's with -EACCES, or are absent. */
#include "abi/domctl.h"
#include "abi/sysctl.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t *call = page_alloc(1);
	long result;

	call[0] = 1;
	call[1] = 0x7777;
	result = hypercall(__HYPERVISOR_domctl, (uint64_t)call, 0, 0, 0, 0);
	CHECK(result == -XEN_EACCES || result == -XEN_ENOSYS);
	result = hypercall(__HYPERVISOR_sysctl, (uint64_t)call, 0, 0, 0, 0);
	CHECK(result == -XEN_EACCES || result == -XEN_ENOSYS);
	CHECK_EQUAL(call[1], 0x7777);
	call[0] = 9999;
	call[1] = XEN_SYSCTL_INTERFACE_VERSION;
	result = hypercall(__HYPERVISOR_sysctl, (uint64_t)call, 0, 0, 0, 0);
	CHECK(result == -XEN_ENOSYS || result == -XEN_EOPNOTSUPP);
	result = hypercall(__HYPERVISOR_domctl, 0x7000dead0000, 0, 0, 0, 0);
	CHECK(result == -XEN_EFAULT || result == -XEN_ENOSYS);
}
