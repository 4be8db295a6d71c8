/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table itself: its frames and their number, versions, entries of the tool stack, odd operations, and the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/timer.h"

#define COMMAND_LAST 0xfffff

static int setup(void **state)
{
	fixture_start();
	fixture_act_as(granter, 0);
	return 0;
}

static int teardown(void **state)
{
	assert_true(fixture_end());
	return 0;
}

static int16_t setup_table(domid_t d, uint32_t nr, uint64_t *frames)
{
	struct xen_gnttab_setup_table op = {
		.dom = d, .nr_frames = nr, .frame_list = (uint64_t)frames};

	assert_int_equal(grant_op(GNTTABOP_setup_table, &op, 1), 0);
	return op.status;
}

static void frames_are_shared_with_the_domain(void **state)
{
	uint64_t frames[MAX_GRANT_FRAMES + 1] = {0};
	struct xen_gnttab_query_size size = {.dom = DOMID_SELF};

	assert_int_equal(grant_op(GNTTABOP_query_size, &size, 1), 0);
	assert_int_equal(size.status, GNTST_okay);
	assert_int_equal(size.nr_frames, 1);
	assert_int_equal(size.max_nr_frames, MAX_GRANT_FRAMES);
	assert_int_equal(setup_table(DOMID_SELF, 3, frames), GNTST_okay);
	for (unsigned int i = 0; i < 3; i++) {
		struct page *page = mfn_to_page(mfn_from(frames[i]));

		assert_ptr_equal(page_owner(page), granter);
		assert_true(page->count_info & PAGE_HYPERVISOR);
		assert_int_equal(page_get_and_type(page, granter, PAGE_TYPE_L1), -EINVAL);
		assert_int_equal(page_get_and_type(page, granter, PAGE_TYPE_WRITABLE), 0);
		page_put_and_type(page);
	}
	assert_int_equal(frames[3], 0);
	assert_int_equal(setup_table(DOMID_SELF, MAX_GRANT_FRAMES + 1, frames),
			 GNTST_general_error);
	assert_int_equal(setup_table(DOMID_SELF, UINT32_MAX, frames), GNTST_general_error);
	assert_int_equal(setup_table(DOMID_SELF, MAX_GRANT_FRAMES, frames), GNTST_okay);
	assert_int_equal(setup_table(DOMID_SELF, 2, (void *)16), GNTST_bad_virt_addr);
	assert_int_equal(grant_op(GNTTABOP_query_size, &size, 1), 0);
	assert_int_equal(size.nr_frames, MAX_GRANT_FRAMES);
}

static void only_control_sees_other_tables(void **state)
{
	uint64_t frames[MAX_GRANT_FRAMES];
	struct xen_gnttab_query_size size = {.dom = MAPPER_ID};
	struct xen_gnttab_get_version version = {.dom = MAPPER_ID};
	struct xen_gnttab_dump_table dump = {.dom = MAPPER_ID};

	assert_int_equal(setup_table(MAPPER_ID, 1, frames), GNTST_permission_denied);
	assert_int_equal(setup_table(99, 1, frames), GNTST_bad_domain);
	assert_int_equal(grant_op(GNTTABOP_query_size, &size, 1), 0);
	assert_int_equal(size.status, GNTST_permission_denied);
	assert_int_equal(grant_op(GNTTABOP_get_version, &version, 1), -EPERM);
	assert_int_equal(grant_op(GNTTABOP_dump_table, &dump, 1), -EPERM);
	fixture_act_as(control, 0);
	assert_int_equal(setup_table(MAPPER_ID, 2, frames), GNTST_okay);
	assert_ptr_equal(page_owner(mfn_to_page(mfn_from(frames[1]))), mapper);
	assert_int_equal(grant_op(GNTTABOP_get_version, &version, 1), 0);
	assert_int_equal(version.version, 1);
	version.dom = 99;
	assert_int_equal(grant_op(GNTTABOP_get_version, &version, 1), -ESRCH);
	assert_int_equal(grant_op(GNTTABOP_dump_table, &dump, 1), 0);
	assert_int_equal(dump.status, GNTST_okay);
	assert_non_null(strstr(fake_console_text, "2 of 10 frames"));
}

static void memory_may_run_out_while_growing(void **state)
{
	uint64_t frames[MAX_GRANT_FRAMES];
	unsigned int n = 0;

	for (int16_t status = GNTST_general_error; status != GNTST_okay; n++) {
		fake_heap_limit(n);
		status = setup_table(DOMID_SELF, 4, frames);
		fake_heap_unlimit();
	}
	assert_true(n > 4);
}

static void a_domain_that_cannot_be_made_leaves_nothing(void **state)
{
	struct domain_create_arguments bad = {.max_maptrack_frames = 1, .max_grant_version = 1};
	unsigned int n = 0;

	while (fixture_creation_fails(n))
		n++;
	assert_true(n > 8);
	assert_int_equal(grant_module_registration->init_domain(granter, &bad), -EINVAL);
	bad.max_grant_frames = 1;
	bad.max_grant_version = 3;
	assert_int_equal(grant_module_registration->init_domain(granter, &bad), -EINVAL);
	bad.max_grant_version = 0;
	assert_int_equal(grant_module_registration->init_domain(granter, &bad), -EINVAL);
}

static void tools_get_frames_by_index(void **state)
{
	uint64_t frames[MAX_GRANT_FRAMES];
	mfn_t mfn;

	assert_int_equal(grant_max_shared_frames(granter, false), MAX_GRANT_FRAMES);
	assert_int_equal(grant_max_shared_frames(granter, true), 2);
	assert_int_equal(grant_get_shared_frame(granter, 2, false, &mfn), 0);
	assert_int_equal(setup_table(DOMID_SELF, 3, frames), GNTST_okay);
	assert_int_equal(mfn.n, frames[2]);
	assert_int_equal(grant_get_shared_frame(granter, MAX_GRANT_FRAMES, false, &mfn), -EINVAL);
	assert_int_equal(grant_get_shared_frame(granter, UINT32_MAX, false, &mfn), -EINVAL);
	assert_int_equal(grant_get_shared_frame(granter, 0, true, &mfn), -EINVAL);
	assert_int_equal(set_version(2), 0);
	assert_int_equal(grant_get_shared_frame(granter, 1, true, &mfn), 0);
	assert_int_equal(grant_get_shared_frame(granter, 2, true, &mfn), -EINVAL);
	granter->state = DOMAIN_DYING;
	assert_int_equal(grant_get_shared_frame(granter, MAX_GRANT_FRAMES - 1, false, &mfn),
			 -EINVAL);
	granter->state = DOMAIN_ALIVE;
}

static int16_t status_frames(uint32_t nr, uint64_t *frames)
{
	struct xen_gnttab_get_status_frames op = {
		.dom = DOMID_SELF, .nr_frames = nr, .frame_list = (uint64_t)frames};

	assert_int_equal(grant_op(GNTTABOP_get_status_frames, &op, 1), 0);
	return op.status;
}

static void status_frames_come_with_version_2(void **state)
{
	uint64_t frames[MAX_GRANT_FRAMES];

	assert_int_equal(status_frames(1, frames), GNTST_general_error);
	assert_int_equal(set_version(2), 0);
	assert_int_equal(status_frames(1, frames), GNTST_okay);
	assert_ptr_equal(page_owner(mfn_to_page(mfn_from(frames[0]))), granter);
	assert_int_equal(status_frames(2, frames), GNTST_general_error);
	assert_int_equal(setup_table(DOMID_SELF, MAX_GRANT_FRAMES, frames), GNTST_okay);
	assert_int_equal(status_frames(2, frames), GNTST_okay);
	assert_int_equal(status_frames(3, frames), GNTST_general_error);
	assert_int_equal(status_frames(1, NULL), GNTST_bad_virt_addr);
}

static void the_tool_stacks_entries_survive_a_switch(void **state)
{
	*entry_v1(GNTTAB_RESERVED_XENSTORE) = (struct xen_grant_entry_v1){
		.flags = GTF_permit_access, .domid = 0, .frame = 0x1234};
	grant_page(20, mapper, granter_pages[0], 0);
	assert_int_equal(set_version(2), 0);
	assert_int_equal(entry_v2(1)->full_page.frame, 0x1234);
	assert_int_equal(entry_v2(1)->hdr.flags, GTF_permit_access);
	assert_int_equal(entry_v2(1)->hdr.domid, 0);
	assert_int_equal(entry_v2(20)->hdr.flags, 0);
	assert_int_equal(entry_v2(10)->hdr.flags, 0);
	entry_v2(0)->full_page.frame = 0x77;
	entry_v2(0)->hdr.domid = 3;
	entry_v2(0)->hdr.flags = GTF_permit_access;
	assert_int_equal(set_version(1), 0);
	assert_int_equal(entry_v1(1)->frame, 0x1234);
	assert_int_equal(entry_v1(0)->frame, 0x77);
	assert_int_equal(entry_v1(0)->domid, 3);
}

static void what_version_1_cannot_say_stops_the_switch(void **state)
{
	assert_int_equal(set_version(2), 0);
	entry_v2(3)->hdr.flags = GTF_transitive;
	assert_int_equal(set_version(1), -ERANGE);
	entry_v2(3)->hdr.flags = GTF_permit_access | GTF_sub_page;
	assert_int_equal(set_version(1), -ERANGE);
	entry_v2(3)->hdr.flags = GTF_permit_access;
	entry_v2(3)->full_page.frame = 1UL << 32;
	assert_int_equal(set_version(1), -ERANGE);
	assert_int_equal(entry_v2(3)->full_page.frame, 1UL << 32);
	entry_v2(3)->hdr.flags = 0;
	assert_int_equal(set_version(1), 0);
	assert_int_equal(set_version(1), 0);
	assert_int_equal(set_version(0), -EINVAL);
	assert_int_equal(set_version(3), -EINVAL);
}

static void an_entry_in_use_stops_the_switch(void **state)
{
	struct xen_gnttab_map_grant_ref map;

	grant_page(500, mapper, granter_pages[0], 0);
	fixture_act_as(mapper, 0);
	map = map_slot(500, 0, GNTMAP_host_map);
	assert_int_equal(map.status, GNTST_okay);
	fixture_act_as(granter, 0);
	assert_int_equal(set_version(2), -EBUSY);
	assert_int_equal(entry_v1(500)->flags, GTF_permit_access | GTF_reading | GTF_writing);
	fixture_act_as(mapper, 0);
	assert_int_equal(unmap_slot(map.handle, 0), GNTST_okay);
	fixture_act_as(granter, 0);
	assert_int_equal(set_version(2), 0);
	/* Half as many entries fit. */
	fixture_act_as(mapper, 0);
	assert_int_equal(map_slot(500, 0, GNTMAP_host_map).status, GNTST_bad_gntref);
}

static int16_t swap(uint32_t a, uint32_t b)
{
	struct xen_gnttab_swap_grant_ref op = {.ref_a = a, .ref_b = b};

	assert_int_equal(grant_op(GNTTABOP_swap_grant_ref, &op, 1), 0);
	return op.status;
}

static void entries_are_swapped_while_nobody_uses_them(void **state)
{
	grant_page(20, mapper, granter_pages[0], GTF_readonly);
	assert_int_equal(swap(20, 300), GNTST_okay);
	assert_int_equal(entry_v1(20)->flags, 0);
	assert_int_equal(entry_v1(300)->flags, GTF_permit_access | GTF_readonly);
	assert_int_equal(swap(20, 512), GNTST_bad_gntref);
	assert_int_equal(swap(UINT32_MAX, 20), GNTST_bad_gntref);
	fixture_act_as(mapper, 0);
	assert_int_equal(map_slot(300, 0, GNTMAP_host_map | GNTMAP_readonly).status, GNTST_okay);
	fixture_act_as(granter, 0);
	assert_int_equal(swap(300, 20), GNTST_eagain);
	assert_int_equal(swap(300, 300), GNTST_okay);
	assert_int_equal(swap(21, 22), GNTST_okay);
}

static void odd_operations_are_refused(void **state)
{
	struct xen_gnttab_transfer transfers[2] = {{.mfn = page_to_mfn(granter_pages[0]).n}};
	struct xen_gnttab_cache_flush flush = {.length = 64, .op = GNTTAB_CACHE_CLEAN};

	assert_int_equal(grant_op(GNTTABOP_transfer, transfers, 2), 0);
	assert_int_equal(transfers[0].status, GNTST_general_error);
	assert_int_equal(transfers[1].status, GNTST_bad_page);
	assert_int_equal(grant_op(GNTTABOP_cache_flush, &flush, 1), -EOPNOTSUPP);
	flush.offset = PAGE_SIZE - 63;
	assert_int_equal(grant_op(GNTTABOP_cache_flush, &flush, 1), -EINVAL);
	assert_int_equal(grant_op(GNTTABOP_cache_flush, &flush, 0), 0);
	assert_int_equal(grant_op(13, &flush, 1), -ENOSYS);
	assert_int_equal(grant_op(COMMAND_LAST, &flush, 1), -ENOSYS);
	assert_int_equal(grant_op(COMMAND_LAST + 1, &flush, 1), -EINVAL);
	assert_int_equal(grant_op(GNTTABOP_map_grant_ref, &flush, UINT32_MAX), -EINVAL);
	assert_int_equal(grant_op(GNTTABOP_setup_table, &flush, 2), -EINVAL);
	assert_int_equal(grant_op(GNTTABOP_query_size, &flush, 0), -EINVAL);
	assert_int_equal(grant_op(GNTTABOP_query_size, NULL, 1), -EFAULT);
	assert_int_equal(grant_op(GNTTABOP_map_grant_ref, (void *)HV_VIRT_START, 1), -EFAULT);
	assert_int_equal(grant_op(GNTTABOP_copy, NULL, 1), -EFAULT);
	assert_int_equal(grant_op(GNTTABOP_copy, NULL, 0), 0);
}

/* A tool still maps a frame of a dead domain's table: the domain stays until that ends. */
static void frames_that_are_mapped_keep_a_dead_domain(void **state)
{
	struct page *page;
	mfn_t mfn;

	assert_int_equal(grant_get_shared_frame(granter, 1, false, &mfn), 0);
	page = mfn_to_page(mfn);
	assert_true(page_get(page, granter));
	fixture_kill(granter);
	assert_int_equal(granter->references, 2);
	assert_ptr_equal(page_owner(page), granter);
	page_put(page);
	assert_int_equal(granter->references, 1);
	assert_false(page_get(page, granter));
}

static void a_large_table_is_returned_and_freed_in_pieces(void **state)
{
	unsigned int rounds = 0, pages = fake_heap_nr_pages();
	struct page *page;
	struct domain *d = fixture_create_large(&page);

	assert_true(page_get(page, d));
	d->state = DOMAIN_DYING;
	percpu_softirq_pending = 1;
	while (grant_module_registration->relinquish(d) == -ERESTART)
		rounds++;
	assert_in_range(rounds, 3, 5);
	assert_int_equal(d->references, 2);
	page_put(page);
	assert_int_equal(d->references, 1);
	for (rounds = 0; grant_module_registration->drain(d) == -ERESTART;)
		rounds++;
	percpu_softirq_pending = 0;
	assert_in_range(rounds, LARGE_GRANT_FRAMES / 16 - 1, LARGE_GRANT_FRAMES / 16 + 2);
	grant_module_registration->fini_domain(d);
	/* What fake_domain_create() took is left. */
	assert_in_range(fake_heap_nr_pages(), pages, pages + 8);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(frames_are_shared_with_the_domain),
		TEST(only_control_sees_other_tables),
		TEST(memory_may_run_out_while_growing),
		TEST(a_domain_that_cannot_be_made_leaves_nothing),
		TEST(tools_get_frames_by_index),
		TEST(status_frames_come_with_version_2),
		TEST(the_tool_stacks_entries_survive_a_switch),
		TEST(what_version_1_cannot_say_stops_the_switch),
		TEST(an_entry_in_use_stops_the_switch),
		TEST(entries_are_swapped_while_nobody_uses_them),
		TEST(odd_operations_are_refused),
		TEST(frames_that_are_mapped_keep_a_dead_domain),
		TEST(a_large_table_is_returned_and_freed_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
