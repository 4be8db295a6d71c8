/* SPDX-License-Identifier: GPL-2.0-or-later */
/* do_mca checks version and command; xenpmu_op answers -EOPNOTSUPP or its mode where it is off. */
#include "abi/xen_mca.h"
#include "abi/xenpmu.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t *mca = page_alloc(1);
	long result;

	mca[0] = 9999;
	mca[1] = 0x777;
	result = hypercall(__HYPERVISOR_arch_0, (uint64_t)mca, 0, 0, 0, 0);
	CHECK(result == -XEN_EACCES || result == -XEN_ENOSYS);
	mca[1] = XEN_MCA_INTERFACE_VERSION;
	result = hypercall(__HYPERVISOR_arch_0, (uint64_t)mca, 0, 0, 0, 0);
	CHECK(result == -XEN_EINVAL || result == -XEN_ENOSYS);
	result = hypercall(__HYPERVISOR_xenpmu_op, XENPMU_mode_get, (uint64_t)mca, 0, 0, 0);
	CHECK(result == -XEN_EOPNOTSUPP || result == -XEN_ENOSYS || result == 0);
	result = hypercall(__HYPERVISOR_xenpmu_op, 999, (uint64_t)mca, 0, 0, 0);
	CHECK(result == -XEN_EOPNOTSUPP || result == -XEN_ENOSYS || result == -XEN_EINVAL);
}
