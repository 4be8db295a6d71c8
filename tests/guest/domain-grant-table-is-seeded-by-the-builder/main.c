/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The builder maps the first page of a domain's grant table and fills in entries before it runs. */
#include "abi/grant_table.h"
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/grant.h"
#include "guest/page.h"
#include "guest/test.h"

#define MAP_AT 0x220000000000ul
#define REF 1
#define PFN 300

static void look(void)
{
	const struct xen_grant_entry_v1 *table = grant_table_init();

	child_mailbox.words[0] = table[REF].flags;
	child_mailbox.words[1] = table[REF].frame;
	child_mailbox.words[2] = 1;
	child_await(3, 1);
	child_mailbox.words[4] = table[REF].flags;
}

static void seed(struct child *child)
{
	uint64_t frame = 0;
	struct xen_mem_acquire_resource resource = {
		.domid = child->id,
		.type = XENMEM_resource_grant_table,
		.nr_frames = 1,
		.frame_list = (uint64_t)&frame,
	};
	struct xen_grant_entry_v1 *table;
	void *mapped;

	REQUIRE_EQUAL(hypercall_memory_op(XENMEM_acquire_resource, &resource), 0);
	REQUIRE_EQUAL(foreign_map(child->id, frame, PTE_DATA, &mapped), 0);
	table = mapped;
	table[REF].domid = 0;
	table[REF].frame = (uint32_t)child->mfns[PFN];
	barrier();
	table[REF].flags = GTF_permit_access;
	foreign_unmap(mapped);
	resource.frame = 1000;
	CHECK(hypercall_memory_op(XENMEM_acquire_resource, &resource) < 0);
	resource.frame = 0;
	resource.id = 7;
	CHECK(hypercall_memory_op(XENMEM_acquire_resource, &resource) < 0);
}

void test_main(void)
{
	struct child *child = child_create();
	struct xen_gnttab_map_grant_ref map = {
		.host_addr = MAP_AT, .flags = GNTMAP_host_map, .ref = REF, .dom = child->id};

	seed(child);
	map_tables(MAP_AT);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1), 0);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	child_build(child, look);
	child_unpause(child);
	REQUIRE(child_wait_word(child, 2, 1));
	CHECK_EQUAL(child->mailbox->words[0], GTF_permit_access | GTF_reading | GTF_writing);
	CHECK_EQUAL(child->mailbox->words[1], child->mfns[PFN]);
	CHECK_EQUAL(grant_unmap(MAP_AT, map.handle), GNTST_okay);
	child->mailbox->words[3] = 1;
	CHECK(child_wait(child));
	CHECK_EQUAL(child->mailbox->words[4], GTF_permit_access);
}
