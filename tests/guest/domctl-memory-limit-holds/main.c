/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain gets no page beyond its limit, and may have more than a limit that is lowered later. */
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/test.h"

static uint64_t frames[64];

static long populate(uint16_t id, uint64_t nr)
{
	struct xen_memory_reservation reservation = {
		.extent_start = (uint64_t)frames, .nr_extents = nr, .domid = id};

	for (uint64_t i = 0; i < nr; i++)
		frames[i] = 3000 + i;
	return hypercall_memory_op(XENMEM_populate_physmap, &reservation);
}

static long limit(uint16_t id, uint64_t pages)
{
	struct xen_domctl call = {.u.max_mem.max_memkb = pages * 4};

	return domctl_send(&call, XEN_DOMCTL_max_mem, id);
}

void test_main(void)
{
	struct child *child = child_create();
	struct xen_memory_domain domain = {.domid = child->id};
	struct xen_domctl_getdomaininfo info;

	CHECK_EQUAL(limit(child->id, child->nr_pages + 10), 0);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_maximum_reservation, &domain), child->nr_pages + 10);
	CHECK_EQUAL(populate(child->id, 64), 10);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_current_reservation, &domain), child->nr_pages + 10);
	CHECK_EQUAL(limit(child->id, 5), 0);
	CHECK_EQUAL(populate(child->id, 1), 0);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK_EQUAL(info.max_pages, 5);
	CHECK_EQUAL(info.tot_pages, child->nr_pages + 10);
	CHECK_EQUAL(limit(child->id, 100000), 0);
	CHECK_EQUAL(populate(child->id, 64), 64);
	CHECK_EQUAL(limit(5000, 1), -XEN_ESRCH);
}
