/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A frame that somebody maps outlives its domain: of its memory, shared_info, of its grant table. With the
 * last mapping the domain is gone in the same moment, and so is one that nobody maps with destroydomain.
 */
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"

static uint64_t grant_frame(uint16_t id)
{
	static uint64_t frame;
	struct xen_mem_acquire_resource call = {
		.domid = id,
		.type = XENMEM_resource_grant_table,
		.nr_frames = 1,
		.frame_list = (uint64_t)&frame,
	};

	REQUIRE_EQUAL(hypercall_memory_op(XENMEM_acquire_resource, &call), 0);
	return frame;
}

static void destroy_while_mapped(const struct child *child, uint64_t frame, uint32_t charged)
{
	struct xen_domctl_getdomaininfo info;
	volatile uint64_t *word;
	uint64_t free;
	void *mapped;

	REQUIRE_EQUAL(foreign_map(child->id, frame, PTE_DATA, &mapped), 0);
	word = mapped;
	word[100] = 0x600d;
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, child->id), 0);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK(info.flags & XEN_DOMINF_dying);
	CHECK_EQUAL(info.tot_pages, charged);
	CHECK_EQUAL(word[100], 0x600d);
	/* Nobody gets more of it. */
	CHECK(domctl_simple(XEN_DOMCTL_unpausedomain, child->id) <= 0);
	free = host_free_pages();
	foreign_unmap(mapped);
	CHECK(!domain_read_info(child->id, &info));
	CHECK(host_free_pages() > free);
}

void test_main(void)
{
	struct xen_domctl_getdomaininfo info;
	struct child *child = child_create();
	uint64_t free;

	/* It leaves behind what the hypervisor keeps for the next. */
	destroy_while_mapped(child, child->mfns[300], 1);
	free = host_free_pages();
	child = child_create();
	destroy_while_mapped(child, child->shared_mfn, 0);
	CHECK_EQUAL(host_free_pages(), free);
	child = child_create();
	destroy_while_mapped(child, grant_frame(child->id), 0);
	CHECK_EQUAL(host_free_pages(), free);
	child = child_create();
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, child->id), 0);
	CHECK(!domain_read_info(child->id, &info));
	CHECK_EQUAL(host_free_pages(), free);
}
