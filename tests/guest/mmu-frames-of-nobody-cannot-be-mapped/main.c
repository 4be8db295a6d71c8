/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No RAM above 1 MiB that the p2m does not list can be mapped for writing: it is the hypervisor's. */
#include "abi/grant_table.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

#define FRAMES 0x10000 /* 256 MiB */

static uint8_t own[FRAMES];

/* The frames of the grant table are shared with us. */
static void note_grant_frames(void)
{
	static uint64_t frames[64];
	struct xen_gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = 1};
	struct xen_gnttab_query_size size = {.dom = DOMID_SELF};

	hypercall_grant_table_op(GNTTABOP_query_size, &size, 1);
	setup.nr_frames = size.nr_frames;
	setup.frame_list = (uint64_t)frames;
	REQUIRE_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	REQUIRE_EQUAL(setup.status, GNTST_okay);
	for (unsigned int i = 0; i < setup.nr_frames; i++)
		own[frames[i]] = 1;
}

void test_main(void)
{
	uint64_t address = 0x200000000000, tried = 0, refused = 0;

	for (uint64_t pfn = 0; pfn < start_info->nr_pages; pfn++) {
		if (pfn_to_mfn(pfn) < FRAMES)
			own[pfn_to_mfn(pfn)] = 1;
	}
	own[start_info->shared_info >> PAGE_SHIFT] = 1;
	note_grant_frames();
	map_tables(address);
	/* The last frames of the machine may be firmware tables: not looked at. */
	for (uint64_t mfn = 0x100; mfn < FRAMES - 0x40; mfn++) {
		long result;

		if (own[mfn])
			continue;
		tried++;
		result = hypercall_update_va_mapping(address, pte_make(mfn, PTE_DATA), 0);
		if (result < 0)
			refused++;
		else if (tried - refused < 10)
			printf("frame 0x%lx was mapped\n", mfn);
	}
	printf("%lu frames tried\n", tried);
	CHECK(tried > 100);
	CHECK_EQUAL(refused, tried);
}
