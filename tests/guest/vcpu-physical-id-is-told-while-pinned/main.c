/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_get_physid answers a domain whose vcpus are pinned, and refuses others. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_vcpu_get_physid physid = {.phys_id = ~0ull};
	long result = hypercall_vcpu_op(VCPUOP_get_physid, 0, &physid);

	CHECK(result <= 0);
	if (result == 0)
		CHECK(xen_vcpu_physid_to_x86_apicid(physid.phys_id) < 256);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_get_physid, 9, &physid), -XEN_ENOENT);
}
