/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain of 16 GiB is destroyed while we map some pages of it and a grant: at once all is free but those,
 * with the last unmapping those too, to the page; and a timer of ours is never late by a millisecond (of
 * instructions, 1 ns each).
 */
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/grant.h"
#include "guest/lateness.h"
#include "guest/page.h"
#include "guest/test.h"

#define NR_PAGES (16ul << 18)
#define ORDER_LARGE 18
#define ORDER_SMALL 9
#define NR_MAPPED 24
#define NR_TABLES 512
#define REF 20
#define GRANT_AT 0x220000000000ul

static uint64_t frames[NR_PAGES >> ORDER_SMALL];
static uint64_t nr_frames, nr_large;

/* Extents of that order up to 16 GiB, as far as there are any. */
static void populate(uint16_t id, uint64_t from_page, unsigned int order)
{
	struct xen_memory_reservation reservation = {
		.extent_start = (uint64_t)&frames[nr_frames],
		.nr_extents = (NR_PAGES - from_page) >> order,
		.extent_order = order,
		.domid = id,
	};
	long done;

	for (uint64_t i = 0; i < reservation.nr_extents; i++)
		frames[nr_frames + i] = from_page + (i << order);
	done = hypercall_memory_op(XENMEM_populate_physmap, &reservation);
	REQUIRE(done >= 0);
	nr_frames += (uint64_t)done;
}

static uint16_t build(void)
{
	struct xen_domctl call;
	uint16_t id;

	child_configure(&call);
	REQUIRE_EQUAL(domctl_send(&call, XEN_DOMCTL_createdomain, 0), 0);
	id = call.domain;
	call.u.max_vcpus.max = 1;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_max_vcpus, id), 0);
	call.u.max_mem.max_memkb = NR_PAGES * 4;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_max_mem, id), 0);
	lateness_stage_start();
	populate(id, 0, ORDER_LARGE);
	nr_large = nr_frames;
	populate(id, nr_large << ORDER_LARGE, ORDER_SMALL);
	lateness_stage_end("populate_physmap");
	return id;
}

/* Pinned L1s in its second extent that map all of the third. */
static void pin_tables(uint16_t id)
{
	for (uint64_t i = 0; i < NR_TABLES; i++) {
		struct xen_mmuext_op pin = {.cmd = MMUEXT_PIN_L1_TABLE, .arg1.mfn = frames[1] + i};
		uint64_t *table;
		void *mapped;

		REQUIRE_EQUAL(foreign_map(id, pin.arg1.mfn, PTE_DATA, &mapped), 0);
		table = mapped;
		for (unsigned int entry = 0; entry < 512; entry++)
			table[entry] = pte_make(frames[2] + i * 512 + entry, PTE_DATA);
		foreign_unmap(mapped);
		REQUIRE_EQUAL(hypercall_mmuext_op(&pin, 1, NULL, id), 0);
	}
}

/* The domain's table is written from here. */
static uint32_t grant_one(uint16_t id, uint64_t mfn)
{
	static uint64_t table_frame;
	struct xen_mem_acquire_resource call = {
		.domid = id,
		.type = XENMEM_resource_grant_table,
		.nr_frames = 1,
		.frame_list = (uint64_t)&table_frame,
	};
	struct xen_gnttab_map_grant_ref map = {
		.host_addr = GRANT_AT, .flags = GNTMAP_host_map, .ref = REF, .dom = id};
	struct xen_grant_entry_v1 *table;
	void *mapped;

	REQUIRE_EQUAL(hypercall_memory_op(XENMEM_acquire_resource, &call), 0);
	REQUIRE_EQUAL(foreign_map(id, table_frame, PTE_DATA, &mapped), 0);
	table = mapped;
	table[REF] = (struct xen_grant_entry_v1){
		.flags = GTF_permit_access, .domid = 0, .frame = (uint32_t)mfn};
	foreign_unmap(mapped);
	map_tables(GRANT_AT);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1), 0);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	return map.handle;
}

/* What stays: our tables for foreign mappings and our page of handles, what is kept for the next domain. */
static void warm_up(void)
{
	struct child *child = child_create();
	void *mapped;

	REQUIRE_EQUAL(foreign_map(child->id, child->mfns[300], PTE_DATA, &mapped), 0);
	foreign_unmap(mapped);
	CHECK_EQUAL(grant_unmap(GRANT_AT, grant_one(child->id, child->mfns[301])), GNTST_okay);
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, child->id), 0);
}

void test_main(void)
{
	struct xen_domctl_getdomaininfo info;
	void *mapped[NR_MAPPED];
	uint64_t free, before, kept;
	uint32_t handle;
	uint16_t id;

	lateness_begin();
	warm_up();
	before = host_free_pages();
	id = build();
	REQUIRE(domain_read_info(id, &info));
	CHECK_EQUAL(info.tot_pages, NR_PAGES);
	printf("%lu extents of 1 GiB, %lu of 2 MiB\n", nr_large, nr_frames - nr_large);
	REQUIRE(nr_large > 2);
	pin_tables(id);
	for (unsigned int i = 0; i < NR_MAPPED; i++)
		REQUIRE_EQUAL(foreign_map(id, frames[i] + 1000 + i, PTE_DATA, &mapped[i]), 0);
	handle = grant_one(id, frames[2] + 300);
	*(volatile uint64_t *)GRANT_AT = 0x600d;
	free = host_free_pages();
	lateness_stage_start();
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, id), 0);
	lateness_stage_end("destroydomain");
	kept = NR_MAPPED + 1;
	CHECK_EQUAL(host_free_pages(), free + NR_PAGES - kept);
	REQUIRE(domain_read_info(id, &info));
	CHECK_EQUAL(info.tot_pages, kept);
	CHECK_EQUAL(*(volatile uint64_t *)GRANT_AT, 0x600d);
	lateness_stage_start();
	for (unsigned int i = 0; i < NR_MAPPED; i++)
		foreign_unmap(mapped[i]);
	CHECK_EQUAL(host_free_pages(), free + NR_PAGES - 1);
	CHECK_EQUAL(grant_unmap(GRANT_AT, handle), GNTST_okay);
	lateness_stage_end("the last mappings go");
	CHECK(!domain_read_info(id, &info));
	CHECK_EQUAL(host_free_pages(), before);
}
