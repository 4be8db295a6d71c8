/* SPDX-License-Identifier: GPL-2.0-or-later */
/* add_to_physmap and its kin, PoD, paging, sharing: refused for a PV domain. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_add_to_physmap add = {
		.domid = DOMID_SELF, .space = XENMAPSPACE_gmfn, .idx = 1, .gpfn = 2};
	struct xen_remove_from_physmap remove = {.domid = DOMID_SELF, .gpfn = 2};
	struct xen_pod_target target = {.target_pages = 1000, .domid = DOMID_SELF};
	struct xen_foreign_memory_map set_map = {.domid = 5};
	struct xen_vnuma_topology_info numa = {.domid = DOMID_SELF};

	CHECK(hypercall_memory_op(XENMEM_add_to_physmap, &add) < 0);
	add.space = 99;
	CHECK(hypercall_memory_op(XENMEM_add_to_physmap, &add) < 0);
	CHECK(hypercall_memory_op(XENMEM_remove_from_physmap, &remove) < 0);
	CHECK(hypercall_memory_op(XENMEM_set_pod_target, &target) < 0);
	CHECK(hypercall_memory_op(XENMEM_get_pod_target, &target) < 0);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_set_memory_map, &set_map), -XEN_ESRCH);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_get_vnumainfo, &numa), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(hypercall_memory_op(29, &add), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(63, &add), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_memory_op(8, &add), -XEN_ENOSYS);
}
