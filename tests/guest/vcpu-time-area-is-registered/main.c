/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_register_vcpu_time_memory_area: a second copy of the time area at an address of ours. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_vcpu_time_info *area = page_alloc(1);
	struct xen_vcpu_register_time_memory_area call = {.addr.v = (uint64_t)area};
	struct xen_vcpu_register_time_memory_area bad = {.addr.v = 0xffff820000000000};

	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 0, &call), 0);
	CHECK(area->system_time != 0);
	CHECK(area->tsc_to_system_mul != 0);
	CHECK_EQUAL(area->version & 1, 0);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 0, &bad), -XEN_EFAULT);
}
