/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unmapping: in which order things are given back, what is refused without loss, and domains that die with mappings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "../../../hypervisor/grant/grant_internal.h"
#include "hv/errno.h"
#include "hv/heap.h"

#define IN_USE (GTF_reading | GTF_writing)

static int setup(void **state)
{
	fixture_start();
	grant_page(20, mapper, granter_pages[0], 0);
	return 0;
}

static int teardown(void **state)
{
	assert_true(fixture_is_consistent());
	assert_true(fixture_end());
	return 0;
}

/* The frame must not be anybody's to use as something else while a TLB may still have it. */
static void frame_is_still_held(void)
{
	assert_int_equal(count_of(granter_pages[0]), 2);
	assert_int_equal(uses_of(granter_pages[0]), 1);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access | IN_USE);
	assert_int_equal(slots[1][0], 0);
}

static void the_flush_comes_before_anything_is_given_back(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0, GNTMAP_host_map);

	flush_hook = frame_is_still_held;
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	assert_int_equal(domain_flushes, 1);
	assert_int_equal(count_of(granter_pages[0]), 1);
	assert_int_equal(uses_of(granter_pages[0]), 0);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access);
	assert_int_equal(granter->references, 1);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_bad_handle);
}

/* What the granter sees last: no entry without use while the frame is referenced. */
static void a_batch_is_flushed_once(void **state)
{
	static struct xen_gnttab_unmap_grant_ref ops[100];

	for (unsigned int i = 0; i < 100; i++) {
		ops[i].host_addr = slot_address(i);
		ops[i].handle = map_slot(20, i, GNTMAP_host_map).handle;
	}
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, ops, 100), 0);
	assert_int_equal(domain_flushes, 4);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(ops[i].status, GNTST_okay);
	assert_int_equal(count_of(granter_pages[0]), 1);
}

static void a_batch_that_is_interrupted_loses_nothing(void **state)
{
	struct xen_gnttab_unmap_grant_ref ops[5];

	memset(ops, 0, sizeof(ops));
	for (unsigned int i = 0; i < 5; i++) {
		ops[i].host_addr = slot_address(i);
		ops[i].handle = map_slot(20, i, GNTMAP_host_map).handle;
	}
	percpu_softirq_pending = 1;
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, ops, 5), 0);
	percpu_softirq_pending = 0;
	assert_int_equal(fake_rewind.count, 4);
	assert_int_equal(count_of(granter_pages[0]), 1);
}

static void an_array_that_faults_keeps_what_was_done(void **state)
{
	struct xen_gnttab_unmap_grant_ref ops[3];

	memset(ops, 0, sizeof(ops));
	for (unsigned int i = 0; i < 3; i++) {
		ops[i].host_addr = slot_address(i);
		ops[i].handle = map_slot(20, i, GNTMAP_host_map).handle;
	}
	fake_guest_fault(&ops[1], sizeof(ops[1]));
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, ops, 3), -EFAULT);
	fake_guest_fault(NULL, 0);
	assert_int_equal(count_of(granter_pages[0]), 3);
	assert_int_equal(ops[0].status, GNTST_okay);
	assert_true(fixture_is_consistent());
}

static void bad_handles_are_refused(void **state)
{
	assert_int_equal(unmap_slot(0, 0), GNTST_bad_handle);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).handle, 0);
	assert_int_equal(unmap_slot(1, 0), GNTST_bad_handle);
	assert_int_equal(unmap_slot(HANDLES_PER_PAGE, 0), GNTST_bad_handle);
	assert_int_equal(unmap_slot(UINT32_MAX, 0), GNTST_bad_handle);
	/* Another domain's number means nothing here. */
	fixture_act_as(control, 0);
	assert_int_equal(unmap_slot(0, 0), GNTST_bad_handle);
}

static void a_wrong_address_leaves_the_mapping(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0, GNTMAP_host_map | GNTMAP_device_map);
	struct xen_gnttab_unmap_grant_ref op = {.handle = map.handle};

	assert_int_equal(unmap_slot(map.handle, 1), GNTST_general_error);
	assert_int_equal(unmap_slot(map.handle, 1000), GNTST_general_error);
	op.host_addr = slot_address(0);
	op.dev_bus_addr = map.dev_bus_addr + PAGE_SIZE;
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, &op, 1), 0);
	assert_int_equal(op.status, GNTST_general_error);
	/* Nothing named: nothing unmapped. */
	op.host_addr = op.dev_bus_addr = 0;
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, &op, 1), 0);
	assert_int_equal(op.status, GNTST_okay);
	assert_int_equal(count_of(granter_pages[0]), 3);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	/* Without a device's half its address says nothing. */
	op.handle = map_slot(20, 0, GNTMAP_host_map).handle;
	op.host_addr = slot_address(0);
	op.dev_bus_addr = 0x1000;
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, &op, 1), 0);
	assert_int_equal(op.status, GNTST_okay);
	op.handle = map.handle;
	op.host_addr = 0;
	op.dev_bus_addr = map.dev_bus_addr;
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, &op, 1), 0);
	assert_int_equal(op.status, GNTST_okay);
}

static void the_halves_of_a_mapping_end_apart(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0, GNTMAP_host_map | GNTMAP_device_map);
	struct xen_gnttab_unmap_grant_ref ops[3] = {
		{.handle = map.handle, .dev_bus_addr = map.dev_bus_addr},
		{.handle = map.handle, .host_addr = slot_address(0)},
		{.handle = map.handle, .host_addr = slot_address(0)},
	};

	assert_int_equal(count_of(granter_pages[0]), 3);
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, ops, 3), 0);
	assert_int_equal(ops[0].status, GNTST_okay);
	assert_int_equal(ops[1].status, GNTST_okay);
	assert_int_equal(ops[2].status, GNTST_bad_handle);
	assert_int_equal(count_of(granter_pages[0]), 1);
	map = map_slot(20, 0, GNTMAP_host_map | GNTMAP_device_map);
	ops[0].host_addr = slot_address(0);
	ops[0].handle = map.handle;
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, ops, 1), 0);
	assert_int_equal(count_of(granter_pages[0]), 1);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_bad_handle);
}

static void an_entry_by_its_address_is_unmapped_by_it(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0,
						       GNTMAP_host_map | GNTMAP_contains_pte);
	struct xen_gnttab_unmap_grant_ref op = {.handle = map.handle,
						.host_addr = slot_machine_address(0)};

	assert_int_equal(unmap_slot(map.handle, 0), GNTST_general_error);
	assert_int_equal(grant_op(GNTTABOP_unmap_grant_ref, &op, 1), 0);
	assert_int_equal(op.status, GNTST_okay);
}

/* The guest's own entry, made read-only by itself, has given up its use of WRITABLE. */
static void an_entry_that_the_guest_changed_gives_back_what_it_holds(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0, GNTMAP_host_map);

	slots[1][0] &= ~(uint64_t)PTE_WRITABLE;
	page_put_type(granter_pages[0]);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	assert_int_equal(uses_of(granter_pages[0]), 0);
	map = map_slot(20, 0, GNTMAP_host_map | GNTMAP_readonly);
	assert_int_equal(page_get_type(granter_pages[0], PAGE_TYPE_WRITABLE), 0);
	slots[1][0] |= PTE_WRITABLE;
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	assert_int_equal(uses_of(granter_pages[0]), 0);
}

static void a_mapping_that_the_guest_dropped_stays_pinned(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0, GNTMAP_host_map);

	slots[1][0] = 0;
	page_put_and_type(granter_pages[0]);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_general_error);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access | IN_USE);
	assert_int_equal(granter->references, 2);
}

static int16_t replace(uint32_t handle, uint64_t address, uint64_t new_address)
{
	struct xen_gnttab_unmap_and_replace op = {
		.host_addr = address, .new_addr = new_address, .handle = handle};

	assert_int_equal(grant_op(GNTTABOP_unmap_and_replace, &op, 1), 0);
	return op.status;
}

static void a_mapping_is_replaced_by_another(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0, GNTMAP_host_map);
	uint64_t own = pte_make(page_to_mfn(mapper_pages[0]), PTE_PRESENT);

	assert_true(page_get(mapper_pages[0], mapper));
	slots[1][9] = own;
	assert_int_equal(replace(999, slot_address(0), slot_address(9)), GNTST_bad_handle);
	assert_int_equal(replace(map.handle, slot_address(1), slot_address(9)),
			 GNTST_general_error);
	assert_int_equal(slots[1][9], own);
	assert_int_equal(replace(map.handle, slot_address(0), slot_address(9)), GNTST_okay);
	assert_int_equal(slots[1][0], own);
	assert_int_equal(slots[1][9], 0);
	assert_int_equal(domain_flushes, 1);
	map = map_slot(20, 1, GNTMAP_host_map | GNTMAP_contains_pte);
	assert_int_equal(replace(map.handle, slot_machine_address(1), slot_address(0)),
			 GNTST_general_error);
	assert_int_equal(replace(map.handle, slot_machine_address(1), 0), GNTST_okay);
}

static void a_dying_domain_gives_its_mappings_back(void **state)
{
	for (unsigned int i = 0; i < 300; i++)
		(void)map_slot(20, i, GNTMAP_host_map | (i % 3 ? GNTMAP_device_map : 0));
	(void)map_slot(20, 0, GNTMAP_device_map | GNTMAP_readonly);
	percpu_softirq_pending = 1;
	fixture_kill(mapper);
	percpu_softirq_pending = 0;
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access);
	assert_int_equal(count_of(granter_pages[0]), 1);
	assert_int_equal(uses_of(granter_pages[0]), 0);
	assert_int_equal(granter->references, 1);
}

static void a_dead_granter_stays_until_the_last_unmap(void **state)
{
	struct xen_gnttab_map_grant_ref map = map_slot(20, 0, GNTMAP_host_map);

	fixture_kill(granter);
	assert_int_equal(granter->references, 2);
	assert_int_equal(count_of(granter_pages[0]), 2);
	assert_int_equal(map_slot(20, 1, GNTMAP_host_map).status, GNTST_general_error);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	assert_int_equal(granter->references, 1);
	assert_int_equal(count_of(granter_pages[0]), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_flush_comes_before_anything_is_given_back),
		TEST(a_batch_is_flushed_once),
		TEST(a_batch_that_is_interrupted_loses_nothing),
		TEST(an_array_that_faults_keeps_what_was_done),
		TEST(bad_handles_are_refused),
		TEST(a_wrong_address_leaves_the_mapping),
		TEST(the_halves_of_a_mapping_end_apart),
		TEST(an_entry_by_its_address_is_unmapped_by_it),
		TEST(an_entry_that_the_guest_changed_gives_back_what_it_holds),
		TEST(a_mapping_that_the_guest_dropped_stays_pinned),
		TEST(a_mapping_is_replaced_by_another),
		TEST(a_dying_domain_gives_its_mappings_back),
		TEST(a_dead_granter_stays_until_the_last_unmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
