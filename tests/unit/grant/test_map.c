/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mapping: what an entry permits, what a mapping holds, what is refused and leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "../../../hypervisor/grant/grant_internal.h"
#include "hv/errno.h"

#define IN_USE (GTF_reading | GTF_writing)

static int setup(void **state)
{
	fixture_start();
	return 0;
}

static int teardown(void **state)
{
	assert_true(fixture_is_consistent());
	assert_true(fixture_end());
	return 0;
}

static void a_writable_mapping_holds_page_entry_and_granter(void **state)
{
	struct page *page = granter_pages[0];
	struct xen_gnttab_map_grant_ref map;

	grant_page(20, mapper, page, 0);
	map = map_slot(20, 3, GNTMAP_host_map);
	assert_int_equal(map.status, GNTST_okay);
	assert_int_equal(map.handle, 0);
	assert_int_equal(map.dev_bus_addr, page_to_mfn(page).n << PAGE_SHIFT);
	assert_int_equal(slots[1][3] & PTE_FRAME_MASK, map.dev_bus_addr);
	assert_int_equal(slots[1][3] & (PTE_PRESENT | PTE_WRITABLE), PTE_PRESENT | PTE_WRITABLE);
	assert_int_equal(count_of(page), 2);
	assert_int_equal(uses_of(page), 1);
	assert_int_equal(page->type_info & PAGE_TYPE_MASK, PAGE_TYPE_WRITABLE);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access | IN_USE);
	assert_int_equal(granter->references, 2);
}

static void a_read_only_mapping_takes_no_type(void **state)
{
	struct page *page = granter_pages[0];

	grant_page(20, mapper, page, GTF_readonly);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_general_error);
	assert_int_equal(map_slot(20, 0, GNTMAP_device_map).status, GNTST_general_error);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access | GTF_readonly);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map | GNTMAP_readonly).status, GNTST_okay);
	assert_int_equal(slots[1][0] & (PTE_PRESENT | PTE_WRITABLE), PTE_PRESENT);
	assert_int_equal(uses_of(page), 0);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access | GTF_readonly | GTF_reading);
	/* A page table can be read, so its frame can be granted for reading. */
	page->type_info = PAGE_TYPE_L1 | PAGE_TYPE_VALIDATED | 1;
	assert_int_equal(map_slot(20, 1, GNTMAP_host_map | GNTMAP_readonly).status, GNTST_okay);
	page->type_info = PAGE_TYPE_NONE;
}

static void guest_bits_go_into_the_entry(void **state)
{
	grant_page(20, mapper, granter_pages[0], 0);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map | 5u << _GNTMAP_guest_avail0).status,
			 GNTST_okay);
	assert_int_equal(slots[1][0] & PTE_AVAILABLE, 5u << 9);
	assert_int_equal(map_slot(20, 1, GNTMAP_host_map | GNTMAP_guest_avail_mask).status,
			 GNTST_okay);
	assert_int_equal(slots[1][1] & PTE_FRAME_MASK, slots[1][0] & PTE_FRAME_MASK);
	assert_int_equal(slots[1][1] & PTE_AVAILABLE, 7u << 9);
}

static void cache_flags_of_an_entry_are_not_for_ram(void **state)
{
	grant_page(20, mapper, granter_pages[0], GTF_PCD | GTF_PWT | GTF_PAT);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_okay);
	assert_int_equal(slots[1][0] & (PTE_CACHE_DISABLE | PTE_WRITE_THROUGH | PTE_PAT), 0);
}

static void devices_hold_references_of_their_own(void **state)
{
	struct page *page = granter_pages[0];
	struct xen_gnttab_map_grant_ref map;

	grant_page(20, mapper, page, 0);
	map = map_slot(20, 0, GNTMAP_device_map);
	assert_int_equal(map.status, GNTST_okay);
	assert_int_equal(slots[1][0], 0);
	assert_int_equal(count_of(page), 2);
	assert_int_equal(uses_of(page), 1);
	map = map_slot(20, 0, GNTMAP_device_map | GNTMAP_host_map | GNTMAP_readonly);
	assert_int_equal(map.status, GNTST_okay);
	assert_int_equal(count_of(page), 4);
	assert_int_equal(uses_of(page), 1);
	assert_int_equal(map_slot(20, 900, GNTMAP_device_map | GNTMAP_host_map).status,
			 GNTST_general_error);
	assert_int_equal(count_of(page), 4);
}

static void a_table_entry_can_be_named_by_its_address(void **state)
{
	grant_page(20, mapper, granter_pages[0], 0);
	assert_int_equal(map_slot(20, 7, GNTMAP_host_map | GNTMAP_contains_pte).status, GNTST_okay);
	assert_true(slots[1][7] & PTE_PRESENT);
	assert_int_equal(map_slot(20, 900, GNTMAP_host_map | GNTMAP_contains_pte).status,
			 GNTST_general_error);
}

static void a_domain_maps_its_own_grants(void **state)
{
	struct xen_gnttab_map_grant_ref map;

	fixture_act_as(granter, 0);
	grant_page(20, granter, granter_pages[0], 0);
	map = map_slot(20, 0, GNTMAP_host_map);
	assert_int_equal(map.status, GNTST_okay);
	assert_int_equal(granter->references, 2);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	assert_int_equal(granter->references, 1);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_okay);
}

static void mappings_beside_one_another_add_up(void **state)
{
	struct xen_gnttab_map_grant_ref maps[4];

	grant_page(20, mapper, granter_pages[0], 0);
	for (unsigned int i = 0; i < 4; i++)
		maps[i] = map_slot(20, i, GNTMAP_host_map | (i & 1 ? GNTMAP_readonly : 0));
	assert_int_equal(unmap_slot(maps[0].handle, 0), GNTST_okay);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access | IN_USE);
	assert_int_equal(unmap_slot(maps[2].handle, 2), GNTST_okay);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access | GTF_reading);
	assert_int_equal(unmap_slot(maps[1].handle, 1), GNTST_okay);
	assert_int_equal(unmap_slot(maps[3].handle, 3), GNTST_okay);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access);
}

/* The entry is read at the first mapping; later ones of the same domain have what it said then. */
static void an_entry_in_use_is_not_read_again(void **state)
{
	grant_page(20, mapper, granter_pages[0], GTF_readonly);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map | GNTMAP_readonly).status, GNTST_okay);
	entry_v1(20)->frame = (uint32_t)page_to_mfn(granter_pages[1]).n;
	assert_int_equal(map_slot(20, 1, GNTMAP_host_map | GNTMAP_readonly).status, GNTST_okay);
	assert_int_equal(slots[1][1] & PTE_FRAME_MASK, slots[1][0] & PTE_FRAME_MASK);
	assert_int_equal(map_slot(20, 2, GNTMAP_host_map).status, GNTST_general_error);
	entry_v1(20)->domid = 0;
	fixture_act_as(control, 0);
	assert_int_equal(map_slot(20, 2, GNTMAP_host_map | GNTMAP_readonly).status,
			 GNTST_general_error);
}

static void what_is_not_granted_is_refused(void **state)
{
	struct page *page = granter_pages[0];
	const uint32_t flags = GNTMAP_host_map;

	assert_int_equal(map_slot(20, 0, flags).status, GNTST_general_error);
	assert_int_equal(map_slot(512, 0, flags).status, GNTST_bad_gntref);
	assert_int_equal(map_slot(UINT32_MAX, 0, flags).status, GNTST_bad_gntref);
	grant_page(20, control, page, 0);
	assert_int_equal(map_slot(20, 0, flags).status, GNTST_general_error);
	grant_page(20, mapper, page, 0);
	entry_v1(20)->flags = GTF_accept_transfer;
	assert_int_equal(map_slot(20, 0, flags).status, GNTST_general_error);
	grant_page(20, mapper, page, GTF_sub_page);
	assert_int_equal(map_slot(20, 0, flags).status, GNTST_general_error);
	grant_page(20, mapper, mapper_pages[0], 0);
	assert_true(map_slot(20, 0, flags).status < 0);
	entry_v1(20)->frame = UINT32_MAX;
	assert_int_equal(map_slot(20, 0, flags | GNTMAP_readonly).status, GNTST_bad_page);
	grant_page(20, mapper, page, 0);
	assert_int_equal(map_slot(20, 0, GNTMAP_readonly).status, GNTST_bad_gntref);
	assert_int_equal(map_slot(20, 900, flags).status, GNTST_general_error);
	page->type_info = PAGE_TYPE_L1 | PAGE_TYPE_VALIDATED | 1;
	assert_int_equal(map_slot(20, 0, flags).status, GNTST_general_error);
	page->type_info = PAGE_TYPE_NONE;
	granter->state = DOMAIN_DYING;
	assert_int_equal(map_slot(20, 0, flags).status, GNTST_general_error);
	granter->state = DOMAIN_ALIVE;
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access);
	assert_int_equal(granter->references, 1);
	assert_int_equal(map_slot(20, 0, flags).handle, 0);
}

static void domains_are_named_by_their_number(void **state)
{
	struct xen_gnttab_map_grant_ref op = {.flags = GNTMAP_host_map, .dom = DOMID_SELF};

	assert_int_equal(grant_op(GNTTABOP_map_grant_ref, &op, 1), 0);
	assert_int_equal(op.status, GNTST_bad_domain);
	op.dom = 99;
	assert_int_equal(grant_op(GNTTABOP_map_grant_ref, &op, 1), 0);
	assert_int_equal(op.status, GNTST_bad_domain);
}

static void handles_run_out_and_come_back(void **state)
{
	static uint32_t handles[MAX_HANDLE_PAGES * HANDLES_PER_PAGE];

	grant_page(20, mapper, granter_pages[0], 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(handles); i++) {
		struct xen_gnttab_map_grant_ref map = map_slot(20, i, GNTMAP_host_map);

		assert_int_equal(map.status, GNTST_okay);
		handles[i] = map.handle;
	}
	assert_int_equal(map_slot(20, 600, GNTMAP_host_map).status, GNTST_no_device_space);
	assert_int_equal(granter->references, 1 + ARRAY_SIZE(handles));
	assert_int_equal(unmap_slot(handles[300], 300), GNTST_okay);
	assert_int_equal(map_slot(20, 600, GNTMAP_host_map).handle, handles[300]);
}

static void no_memory_for_handles_is_said(void **state)
{
	grant_page(20, mapper, granter_pages[0], 0);
	fake_heap_limit(0);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_no_device_space);
	fake_heap_unlimit();
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_okay);
}

static void pins_do_not_overflow(void **state)
{
	struct grant_active *active = grant_active_of(granter->grant, 20);
	struct xen_gnttab_map_grant_ref map;

	grant_page(20, mapper, granter_pages[0], 0);
	map = map_slot(20, 0, GNTMAP_host_map);
	active->pins = PIN_HOST_WRITE * 0x7fff;
	assert_int_equal(map_slot(20, 1, GNTMAP_host_map).status, GNTST_general_error);
	assert_int_equal(active->pins, PIN_HOST_WRITE * 0x7fff);
	active->pins = PIN_HOST_WRITE;
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
}

static void an_array_is_continued(void **state)
{
	static struct xen_gnttab_map_grant_ref maps[50];

	grant_page(20, mapper, granter_pages[0], 0);
	for (unsigned int i = 0; i < 50; i++)
		maps[i] = (struct xen_gnttab_map_grant_ref){.host_addr = slot_address(i),
							    .flags = GNTMAP_host_map,
							    .ref = i == 30 ? 21 : 20,
							    .dom = GRANTER_ID,
							    .status = 77};
	percpu_softirq_pending = 1;
	assert_int_equal(grant_op(GNTTABOP_map_grant_ref, maps, 50), 0);
	percpu_softirq_pending = 0;
	assert_int_equal(fake_rewind.count, 49);
	for (unsigned int i = 0; i < 50; i++)
		assert_int_equal(maps[i].status, i == 30 ? GNTST_general_error : GNTST_okay);
}

static void version_2_shows_use_in_the_status(void **state)
{
	struct xen_gnttab_map_grant_ref map;

	fixture_act_as(granter, 0);
	assert_int_equal(set_version(2), 0);
	fixture_act_as(mapper, 0);
	grant_page_v2(20, mapper, granter_pages[0], 0);
	map = map_slot(20, 0, GNTMAP_host_map);
	assert_int_equal(map.status, GNTST_okay);
	assert_int_equal(*entry_status(20), IN_USE);
	assert_int_equal(entry_v2(20)->hdr.flags, GTF_permit_access);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	assert_int_equal(*entry_status(20), 0);
	grant_page_v2(20, mapper, granter_pages[0], GTF_sub_page);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_general_error);
	assert_int_equal(*entry_status(20), 0);
	entry_v2(20)->hdr.flags = GTF_transitive;
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_general_error);
	grant_page_v2(20, control, granter_pages[0], 0);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_general_error);
	entry_v2(255)->hdr = (struct xen_grant_entry_header){GTF_permit_access, MAPPER_ID};
	entry_v2(255)->full_page.frame = 1UL << 50;
	assert_int_equal(map_slot(255, 0, GNTMAP_host_map).status, GNTST_bad_page);
	assert_int_equal(*entry_status(255), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_writable_mapping_holds_page_entry_and_granter),
		TEST(a_read_only_mapping_takes_no_type),
		TEST(guest_bits_go_into_the_entry),
		TEST(cache_flags_of_an_entry_are_not_for_ram),
		TEST(devices_hold_references_of_their_own),
		TEST(a_table_entry_can_be_named_by_its_address),
		TEST(a_domain_maps_its_own_grants),
		TEST(mappings_beside_one_another_add_up),
		TEST(an_entry_in_use_is_not_read_again),
		TEST(what_is_not_granted_is_refused),
		TEST(domains_are_named_by_their_number),
		TEST(handles_run_out_and_come_back),
		TEST(no_memory_for_handles_is_said),
		TEST(pins_do_not_overflow),
		TEST(an_array_is_continued),
		TEST(version_2_shows_use_in_the_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
