/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A frame that somebody maps outlives its domain, and comes back once it's let go. */
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	struct child *child = child_create();
	struct xen_domctl_getdomaininfo info;
	uint64_t free;
	void *mapped;

	REQUIRE_EQUAL(foreign_map(child->id, child->mfns[300], PTE_DATA, &mapped), 0);
	*(volatile uint64_t *)mapped = 0x600d;
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, child->id), 0);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK(info.flags & XEN_DOMINF_dying);
	CHECK_EQUAL(info.tot_pages, 1);
	CHECK_EQUAL(*(volatile uint64_t *)mapped, 0x600d);
	/* Nobody gets more of it. */
	CHECK(domctl_simple(XEN_DOMCTL_unpausedomain, child->id) <= 0);
	free = host_free_pages();
	foreign_unmap(mapped);
	CHECK(domain_wait_gone(child->id));
	CHECK(host_wait_free_pages(free + 1));
}
