/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A timer that is set again by its own event is never late by a millisecond, whatever long call is
 * under way. The emulator counts instructions as time (1 ns each), so this is no matter of speed.
 */
#include "abi/grant_table.h"
#include "abi/memory.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/lateness.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define NR_TABLES 128
#define NR_UPDATES 20000
#define NR_FRAMES 20000
#define ORDER_1G 18
#define EXCHANGE_ORDER 12
#define NR_GRANT_FRAMES 64

static void stage_end(const char *name)
{
	CHECK(lateness_stage_end(name) > 0);
}

/* An L2 over many full L1s: validated and taken apart in one call each. */
static void pin_large_tree(void)
{
	char *data = page_alloc(1);
	uint64_t *top = page_alloc(1);

	for (unsigned int i = 0; i < NR_TABLES; i++) {
		uint64_t *table = page_alloc(1);

		for (unsigned int entry = 0; entry < 512; entry++)
			table[entry] = pte_make(mfn_of(data), PTE_DATA);
		REQUIRE_EQUAL(page_set_flags(table, PTE_READ_ONLY), 0);
		top[i] = pte_make(mfn_of(table), PTE_TABLE);
	}
	REQUIRE_EQUAL(page_set_flags(top, PTE_READ_ONLY), 0);
	lateness_stage_start();
	CHECK_EQUAL(mmuext(MMUEXT_PIN_L2_TABLE, mfn_of(top), 0), 0);
	stage_end("pin");
	lateness_stage_start();
	CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn_of(top), 0), 0);
	stage_end("unpin");
}

static void update_many_entries(void)
{
	static struct xen_mmu_update updates[NR_UPDATES];
	char *page = page_alloc(1);
	uint64_t entry = maddr_of(pte_find((uint64_t)page, 1));
	uint32_t done;

	for (unsigned int i = 0; i < NR_UPDATES; i++) {
		updates[i].ptr = entry;
		updates[i].val = pte_make(mfn_of(page), i & 1 ? PTE_DATA : PTE_READ_ONLY);
	}
	lateness_stage_start();
	CHECK_EQUAL(hypercall_mmu_update(updates, NR_UPDATES, &done, DOMID_SELF), 0);
	stage_end("mmu_update");
}

/* Frames that nothing maps go back and come again. */
static void give_and_take_frames(void)
{
	static uint64_t frames[NR_FRAMES];
	struct xen_memory_reservation reservation = {
		.extent_start = (uint64_t)frames,
		.nr_extents = NR_FRAMES,
		.domid = DOMID_SELF,
	};
	uint64_t first = start_info->nr_pages - NR_FRAMES;

	for (unsigned int i = 0; i < NR_FRAMES; i++)
		frames[i] = pfn_to_mfn(first + i);
	lateness_stage_start();
	CHECK_EQUAL(hypercall_memory_op(XENMEM_decrease_reservation, &reservation), NR_FRAMES);
	stage_end("decrease_reservation");
	for (unsigned int i = 0; i < NR_FRAMES; i++)
		frames[i] = first + i;
	lateness_stage_start();
	CHECK_EQUAL(hypercall_memory_op(XENMEM_populate_physmap, &reservation), NR_FRAMES);
	stage_end("populate_physmap");
}

/* One extent is as long as a quarter of a million. */
static void give_and_take_a_gigabyte(void)
{
	uint64_t frame = 0x1000000;
	struct xen_memory_reservation reservation = {
		.extent_start = (uint64_t)&frame,
		.nr_extents = 1,
		.extent_order = ORDER_1G,
		.domid = DOMID_SELF,
	};

	lateness_stage_start();
	CHECK_EQUAL(hypercall_memory_op(XENMEM_populate_physmap, &reservation), 1);
	stage_end("populate_physmap of 1 GiB");
	CHECK_EQUAL(frame & ((1ul << ORDER_1G) - 1), 0);
	CHECK_EQUAL(mfn_to_pfn(frame + 12345), 0x1000000 + 12345);
	lateness_stage_start();
	CHECK_EQUAL(hypercall_memory_op(XENMEM_decrease_reservation, &reservation), 1);
	stage_end("decrease_reservation of 1 GiB");
}

static void exchange_for_a_run(void)
{
	static uint64_t frames[1 << EXCHANGE_ORDER];
	uint64_t run = 0x1000000, first = start_info->nr_pages - NR_FRAMES;
	struct xen_memory_exchange call = {
		.in = {.extent_start = (uint64_t)frames,
		       .nr_extents = 1 << EXCHANGE_ORDER,
		       .domid = DOMID_SELF},
		.out = {.extent_start = (uint64_t)&run,
			.nr_extents = 1,
			.extent_order = EXCHANGE_ORDER,
			.domid = DOMID_SELF},
	};

	for (uint64_t i = 0; i < 1 << EXCHANGE_ORDER; i++)
		frames[i] = pfn_to_mfn(first - 1 - i);
	lateness_stage_start();
	CHECK_EQUAL(hypercall_memory_op(XENMEM_exchange, &call), 0);
	stage_end("exchange of 4096 frames for one run");
}

static void set_grant_version(uint32_t version)
{
	struct xen_gnttab_set_version call = {.version = version};

	lateness_stage_start();
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_set_version, &call, 1), 0);
	stage_end("grant table's version");
}

static void switch_a_large_grant_table(void)
{
	static uint64_t frames[NR_GRANT_FRAMES];
	struct xen_gnttab_setup_table setup = {
		.dom = DOMID_SELF, .nr_frames = NR_GRANT_FRAMES, .frame_list = (uint64_t)frames};

	lateness_stage_start();
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	stage_end("grant table's set-up");
	CHECK_EQUAL(setup.status, GNTST_okay);
	set_grant_version(2);
	set_grant_version(1);
}

static void call_many_times(void)
{
	static struct xen_multicall_entry calls[NR_UPDATES];

	for (unsigned int i = 0; i < NR_UPDATES; i++)
		calls[i].op = __HYPERVISOR_xen_version;
	lateness_stage_start();
	CHECK_EQUAL(hypercall_multicall(calls, NR_UPDATES), 0);
	stage_end("multicall");
}

void test_main(void)
{
	lateness_begin();
	pin_large_tree();
	update_many_entries();
	give_and_take_frames();
	exchange_for_a_run();
	give_and_take_a_gigabyte();
	switch_a_large_grant_table();
	call_many_times();
	hypercall_set_timer_op(0);
}
