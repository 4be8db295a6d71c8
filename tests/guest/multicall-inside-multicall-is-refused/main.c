/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A multicall entry that is itself a multicall fails alone; a list that ends in nowhere is -EFAULT. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_multicall_entry inner = {.op = __HYPERVISOR_xen_version};
	struct xen_multicall_entry outer[2] = {
		{.op = __HYPERVISOR_multicall, .args = {(uint64_t)&inner, 1}},
		{.op = __HYPERVISOR_xen_version},
	};
	char *page = page_alloc(2);
	struct xen_multicall_entry *edge = (struct xen_multicall_entry *)(page + PAGE_SIZE) - 1;

	CHECK_EQUAL(hypercall_multicall(outer, 2), 0);
	CHECK_EQUAL(outer[0].result, -XEN_EINVAL);
	CHECK_EQUAL(outer[1].result, 4 << 16 | 17);
	*edge = inner;
	edge->result = 7;
	REQUIRE_EQUAL(hypercall_update_va_mapping((uint64_t)page + PAGE_SIZE, 0, UVMF_INVLPG), 0);
	CHECK_EQUAL(hypercall_multicall(edge, 2), -XEN_EFAULT);
}
