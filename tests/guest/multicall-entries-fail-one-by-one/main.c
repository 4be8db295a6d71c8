/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of a multicall that are wrong get their errors, the others run; the count is 32 bits wide. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define VERSION (4 << 16 | 17)

void test_main(void)
{
	struct xen_multicall_entry list[] = {
		{.op = __HYPERVISOR_xen_version},
		{.op = 0x7fff},
		{.op = ~0ull},
		{.op = 1ull << 40 | __HYPERVISOR_xen_version},
		{.op = __HYPERVISOR_xen_version, .args = {99}},
		{.op = __HYPERVISOR_xen_version, .args = {1, 0x7000dead0000}},
		{.op = __HYPERVISOR_set_gdt, .args = {0x7000dead0000, 512}},
		{.op = __HYPERVISOR_update_va_mapping, .args = {0x1234567812345678, 0, 0}},
		{.op = __HYPERVISOR_tmem_op},
		{.op = __HYPERVISOR_xen_version},
	};

	CHECK_EQUAL(hypercall_multicall(list, ARRAY_SIZE(list)), 0);
	CHECK_EQUAL(list[0].result, VERSION);
	CHECK_EQUAL(list[1].result, -XEN_ENOSYS);
	CHECK_EQUAL(list[2].result, -XEN_ENOSYS);
	CHECK_EQUAL(list[3].result, -XEN_ENOSYS);
	CHECK_EQUAL(list[4].result, -XEN_ENOSYS);
	CHECK_EQUAL(list[5].result, -XEN_EFAULT);
	CHECK_EQUAL(list[6].result, -XEN_EFAULT);
	CHECK_EQUAL(list[7].result, -XEN_EINVAL);
	CHECK_EQUAL(list[8].result, -XEN_ENOSYS);
	CHECK_EQUAL(list[9].result, VERSION);
	CHECK_EQUAL(hypercall(__HYPERVISOR_multicall, (uint64_t)list, 0, 0, 0, 0), 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_multicall, (uint64_t)list, 1ull << 32, 0, 0, 0), 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_multicall, 0xffff830000000000, 1, 0, 0, 0), -XEN_EFAULT);
	CHECK_EQUAL(hypercall(__HYPERVISOR_multicall, 0x1234567812345678, 1, 0, 0, 0), -XEN_EFAULT);
	CHECK_EQUAL(hypercall(__HYPERVISOR_multicall, (uint64_t)list, 0xffffffff, 0, 0, 0),
		    -XEN_EFAULT);
}
