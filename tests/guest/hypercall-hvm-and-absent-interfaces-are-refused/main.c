/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hvm_op, dm_op, tmem, argo, xenoprof, hypfs, xsm, kexec, mca, pmu: an error for nonsense, no harm. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	static const uint64_t numbers[] = {
		__HYPERVISOR_hvm_op,  __HYPERVISOR_dm_op,	__HYPERVISOR_tmem_op,
		__HYPERVISOR_argo_op, __HYPERVISOR_xenoprof_op, __HYPERVISOR_hypfs_op,
		__HYPERVISOR_xsm_op,  __HYPERVISOR_xenpmu_op,	__HYPERVISOR_arch_0,
		__HYPERVISOR_arch_1,
	};
	char *page = page_alloc(1);

	for (unsigned int i = 0; i < ARRAY_SIZE(numbers); i++) {
		long result = hypercall(numbers[i], 0x7fff, (uint64_t)page, (uint64_t)page, 0, 0);

		if (!CHECK(result < 0 && result > -200))
			printf("number %lu gives %ld\n", numbers[i], result);
	}
	CHECK_EQUAL(hypercall(__HYPERVISOR_tmem_op, 0, 0, 0, 0, 0), -XEN_ENOSYS);
	/* The peer answers an unknown kexec operation with 0. */
	CHECK(hypercall(__HYPERVISOR_kexec_op, 0x7fff, (uint64_t)page, 0, 0, 0) <= 0);
}
