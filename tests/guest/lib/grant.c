/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grants from the domain to itself. */
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define TABLE_ADDRESS 0x210000000000ul

static struct xen_grant_entry_v1 *table;

struct xen_grant_entry_v1 *grant_table_init(void)
{
	uint64_t frame = 0;
	struct xen_gnttab_setup_table setup = {
		.dom = DOMID_SELF, .nr_frames = 1, .frame_list = (uint64_t)&frame};
	long result;

	if (table)
		return table;
	result = hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1);
	if (result != 0 || setup.status != GNTST_okay)
		test_fail("GNTTABOP_setup_table returns %ld, status %d", result, setup.status);
	map_at(TABLE_ADDRESS, pte_make(frame, PTE_DATA));
	table = (struct xen_grant_entry_v1 *)TABLE_ADDRESS;
	return table;
}

void grant_give(uint32_t ref, uint64_t mfn, uint16_t flags)
{
	table[ref].flags = 0;
	barrier();
	table[ref].frame = (uint32_t)mfn;
	table[ref].domid = 0;
	barrier();
	table[ref].flags = GTF_permit_access | flags;
}

struct xen_gnttab_map_grant_ref grant_map(uint64_t host_address, uint32_t ref, uint32_t flags)
{
	struct xen_gnttab_map_grant_ref map = {
		.host_addr = host_address, .flags = flags, .ref = ref, .dom = 0};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1), 0);
	return map;
}

int grant_unmap(uint64_t host_address, uint32_t handle)
{
	struct xen_gnttab_unmap_grant_ref unmap = {.host_addr = host_address, .handle = handle};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1), 0);
	return unmap.status;
}
