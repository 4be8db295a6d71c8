/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies: which bytes go where, by which right, and that nothing stays taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "../../../hypervisor/grant/grant_internal.h"
#include "fixture.h"
#include "hv/errno.h"

#define FROM GNTCOPY_source_gref
#define TO GNTCOPY_dest_gref

static int setup(void **state)
{
	fixture_start();
	for (unsigned int i = 0; i < PAGE_SIZE; i++) {
		((uint8_t *)page_to_virt(granter_pages[0]))[i] = (uint8_t)(i * 7);
		((uint8_t *)page_to_virt(mapper_pages[0]))[i] = (uint8_t)(i * 13);
	}
	return 0;
}

static int teardown(void **state)
{
	assert_true(fixture_is_consistent());
	assert_true(fixture_end());
	return 0;
}

static struct xen_gnttab_copy_ptr by_ref(uint32_t ref, uint16_t offset)
{
	struct xen_gnttab_copy_ptr p = {.domid = GRANTER_ID, .offset = offset};

	p.u.ref = ref;
	return p;
}

static struct xen_gnttab_copy_ptr by_frame(const struct page *page, uint16_t offset)
{
	struct xen_gnttab_copy_ptr p = {.domid = DOMID_SELF, .offset = offset};

	p.u.gmfn = page_to_mfn(page).n;
	return p;
}

static int16_t copy(struct xen_gnttab_copy_ptr from, struct xen_gnttab_copy_ptr to, uint16_t len,
		    uint16_t flags)
{
	struct xen_gnttab_copy op = {
		.source = from, .dest = to, .len = len, .flags = flags, .status = 77};

	assert_int_equal(grant_op(GNTTABOP_copy, &op, 1), 0);
	return op.status;
}

static const uint8_t *bytes_of(const struct page *page)
{
	return page_to_virt(page);
}

static void bytes_go_both_ways(void **state)
{
	grant_page(20, mapper, granter_pages[0], 0);
	assert_int_equal(copy(by_ref(20, 100), by_frame(mapper_pages[1], 4000), 96, FROM),
			 GNTST_okay);
	assert_memory_equal(bytes_of(mapper_pages[1]) + 4000, bytes_of(granter_pages[0]) + 100, 96);
	assert_int_equal(bytes_of(mapper_pages[1])[3999], 0);
	assert_int_equal(copy(by_frame(mapper_pages[0], 0), by_ref(20, 0), PAGE_SIZE, TO),
			 GNTST_okay);
	assert_memory_equal(bytes_of(granter_pages[0]), bytes_of(mapper_pages[0]), PAGE_SIZE);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access);
	assert_int_equal(granter->references, 1);
}

static void two_entries_and_two_frames(void **state)
{
	grant_page(20, mapper, granter_pages[0], GTF_readonly);
	grant_page(21, mapper, granter_pages[1], 0);
	assert_int_equal(copy(by_ref(20, 0), by_ref(21, 1), 4095, FROM | TO), GNTST_okay);
	assert_memory_equal(bytes_of(granter_pages[1]) + 1, bytes_of(granter_pages[0]), 4095);
	assert_int_equal(copy(by_frame(mapper_pages[0], 0), by_frame(mapper_pages[0], 8), 64, 0),
			 GNTST_okay);
	assert_int_equal(bytes_of(mapper_pages[0])[8], 0);
	assert_int_equal(bytes_of(mapper_pages[0])[9], 13);
	assert_int_equal(copy(by_ref(21, 0), by_ref(21, 5), 30, FROM | TO), GNTST_okay);
	assert_int_equal(entry_v1(21)->flags, GTF_permit_access);
}

static void ranges_stay_within_a_page(void **state)
{
	grant_page(20, mapper, granter_pages[0], 0);
	assert_int_equal(copy(by_ref(20, 4090), by_frame(mapper_pages[1], 0), 7, FROM),
			 GNTST_bad_copy_arg);
	assert_int_equal(copy(by_ref(20, 0), by_frame(mapper_pages[1], 4090), 7, FROM),
			 GNTST_bad_copy_arg);
	assert_int_equal(copy(by_ref(20, 0), by_frame(mapper_pages[1], 0), 4097, FROM),
			 GNTST_bad_copy_arg);
	assert_int_equal(copy(by_ref(20, 65535), by_frame(mapper_pages[1], 65535), 65535, FROM),
			 GNTST_bad_copy_arg);
	assert_int_equal(copy(by_ref(20, 4096), by_frame(mapper_pages[1], 4096), 0, FROM),
			 GNTST_okay);
}

static void rights_are_needed_on_both_sides(void **state)
{
	struct xen_gnttab_copy_ptr foreign = by_frame(granter_pages[0], 0);

	grant_page(20, mapper, granter_pages[0], GTF_readonly);
	assert_int_equal(copy(by_frame(mapper_pages[0], 0), by_ref(20, 0), 8, TO),
			 GNTST_general_error);
	assert_int_equal(copy(by_ref(21, 0), by_frame(mapper_pages[0], 0), 8, FROM),
			 GNTST_general_error);
	assert_int_equal(copy(by_ref(512, 0), by_frame(mapper_pages[0], 0), 8, FROM),
			 GNTST_bad_gntref);
	assert_int_equal(copy(by_ref(20, 0), foreign, 8, FROM), GNTST_general_error);
	assert_int_equal(copy(foreign, by_frame(mapper_pages[0], 0), 8, 0), GNTST_bad_page);
	foreign.domid = GRANTER_ID;
	assert_int_equal(copy(foreign, by_frame(mapper_pages[0], 0), 8, 0),
			 GNTST_permission_denied);
	assert_int_equal(copy(by_ref(20, 0), foreign, 8, FROM), GNTST_permission_denied);
	foreign.domid = 99;
	assert_int_equal(copy(foreign, by_frame(mapper_pages[0], 0), 8, FROM), GNTST_bad_domain);
	grant_page(20, control, granter_pages[0], 0);
	assert_int_equal(copy(by_ref(20, 0), by_frame(mapper_pages[0], 0), 8, FROM),
			 GNTST_general_error);
	assert_int_equal(bytes_of(mapper_pages[0])[1], 13);
}

static void page_tables_are_never_written(void **state)
{
	granter_pages[2]->type_info = PAGE_TYPE_L1 | PAGE_TYPE_VALIDATED | 1;
	mapper_pages[2]->type_info = PAGE_TYPE_L4 | PAGE_TYPE_VALIDATED | 1;
	grant_page(20, mapper, granter_pages[2], 0);
	assert_int_equal(copy(by_frame(mapper_pages[0], 0), by_ref(20, 0), 8, TO),
			 GNTST_general_error);
	assert_int_equal(copy(by_frame(mapper_pages[0], 0), by_frame(mapper_pages[2], 0), 8, 0),
			 GNTST_general_error);
	assert_int_equal(copy(by_ref(20, 0), by_frame(mapper_pages[1], 0), 8, FROM), GNTST_okay);
	granter_pages[2]->type_info = mapper_pages[2]->type_info = PAGE_TYPE_NONE;
}

static void grants_to_oneself_work(void **state)
{
	struct xen_gnttab_copy_ptr own = by_ref(20, 0);

	own.domid = DOMID_SELF;
	fixture_act_as(granter, 0);
	grant_page(20, granter, granter_pages[0], 0);
	assert_int_equal(copy(own, by_frame(granter_pages[1], 0), 64, FROM), GNTST_okay);
	assert_memory_equal(bytes_of(granter_pages[1]), bytes_of(granter_pages[0]), 64);
}

static void parts_of_pages_have_bounds(void **state)
{
	fixture_act_as(granter, 0);
	assert_int_equal(set_version(2), 0);
	fixture_act_as(mapper, 0);
	grant_page_v2(20, mapper, granter_pages[0], GTF_sub_page);
	entry_v2(20)->sub_page.page_off = 100;
	entry_v2(20)->sub_page.length = 50;
	assert_int_equal(copy(by_ref(20, 100), by_frame(mapper_pages[1], 0), 50, FROM), GNTST_okay);
	assert_int_equal(copy(by_frame(mapper_pages[1], 0), by_ref(20, 120), 30, TO), GNTST_okay);
	assert_int_equal(copy(by_ref(20, 99), by_frame(mapper_pages[1], 0), 2, FROM),
			 GNTST_general_error);
	assert_int_equal(copy(by_ref(20, 149), by_frame(mapper_pages[1], 0), 2, FROM),
			 GNTST_general_error);
	entry_v2(20)->sub_page.page_off = 65000;
	entry_v2(20)->sub_page.length = 65000;
	assert_int_equal(copy(by_ref(20, 0), by_frame(mapper_pages[1], 0), 8, FROM),
			 GNTST_general_error);
	assert_int_equal(*entry_status(20), 0);
}

static void lend(uint32_t ref, domid_t from, uint32_t from_ref, uint16_t flags)
{
	entry_v2(ref)->transitive.trans_domid = from;
	entry_v2(ref)->transitive.gref = from_ref;
	entry_v2(ref)->hdr.domid = MAPPER_ID;
	entry_v2(ref)->hdr.flags = GTF_transitive | flags;
}

/* The mapper's own page, which the granter lends to it again. */
static void a_transitive_entry_lends_for_copies(void **state)
{
	struct xen_grant_entry_v1 *own = grant_entry_v1(mapper->grant, 7);

	fixture_act_as(granter, 0);
	assert_int_equal(set_version(2), 0);
	fixture_act_as(mapper, 0);
	*own = (struct xen_grant_entry_v1){GTF_permit_access, GRANTER_ID,
					   (uint32_t)page_to_mfn(mapper_pages[0]).n};
	lend(20, MAPPER_ID, 7, 0);
	assert_int_equal(copy(by_ref(20, 8), by_frame(mapper_pages[1], 0), 64, FROM), GNTST_okay);
	assert_memory_equal(bytes_of(mapper_pages[1]), bytes_of(mapper_pages[0]) + 8, 64);
	assert_int_equal(copy(by_frame(mapper_pages[1], 0), by_ref(20, 0), 64, TO), GNTST_okay);
	assert_int_equal(own->flags, GTF_permit_access);
	assert_int_equal(*entry_status(20), 0);
	assert_int_equal(map_slot(20, 0, GNTMAP_host_map).status, GNTST_general_error);
	own->flags |= GTF_readonly;
	assert_int_equal(copy(by_frame(mapper_pages[1], 0), by_ref(20, 0), 64, TO),
			 GNTST_general_error);
	own->flags = GTF_permit_access;
	lend(20, MAPPER_ID, 7, GTF_readonly);
	assert_int_equal(copy(by_frame(mapper_pages[1], 0), by_ref(20, 0), 64, TO),
			 GNTST_general_error);
	own->domid = MAPPER_ID;
	assert_int_equal(copy(by_ref(20, 8), by_frame(mapper_pages[1], 0), 64, FROM),
			 GNTST_general_error);
	own->flags = 0;
	assert_int_equal(*entry_status(20), 0);
}

static void transitive_entries_make_no_chains(void **state)
{
	fixture_act_as(granter, 0);
	assert_int_equal(set_version(2), 0);
	fixture_act_as(mapper, 0);
	lend(20, GRANTER_ID, 20, 0);
	entry_v2(20)->hdr.domid = GRANTER_ID;
	lend(21, GRANTER_ID, 20, 0);
	assert_int_equal(copy(by_ref(21, 0), by_frame(mapper_pages[1], 0), 8, FROM),
			 GNTST_general_error);
	lend(21, 77, 20, 0);
	assert_int_equal(copy(by_ref(21, 0), by_frame(mapper_pages[1], 0), 8, FROM),
			 GNTST_general_error);
	lend(21, GRANTER_ID, 100000000, 0);
	assert_int_equal(copy(by_ref(21, 0), by_frame(mapper_pages[1], 0), 8, FROM),
			 GNTST_bad_gntref);
	assert_int_equal(*entry_status(20), 0);
	assert_int_equal(*entry_status(21), 0);
}

static int16_t transfer(const struct page *page, domid_t to, uint32_t ref)
{
	struct xen_gnttab_transfer op = {
		.mfn = page_to_mfn(page).n, .domid = to, .ref = ref, .status = 77};

	assert_int_equal(grant_op(GNTTABOP_transfer, &op, 1), 0);
	return op.status;
}

static void a_frame_goes_where_it_is_accepted_and_back(void **state)
{
	struct xen_grant_entry_v1 *theirs = grant_entry_v1(mapper->grant, 9);
	struct page *page = mapper_pages[0];
	uint32_t before = mapper->tot_pages;

	granter->max_pages = mapper->max_pages = 1000;
	assert_int_equal(transfer(page, GRANTER_ID, 20), GNTST_general_error);
	*entry_v1(20) = (struct xen_grant_entry_v1){GTF_accept_transfer, 99, 0};
	assert_int_equal(transfer(page, GRANTER_ID, 20), GNTST_general_error);
	entry_v1(20)->domid = MAPPER_ID;
	assert_int_equal(transfer(granter_pages[0], GRANTER_ID, 20), GNTST_bad_page);
	assert_int_equal(transfer(page, 77, 20), GNTST_bad_domain);
	assert_int_equal(transfer(page, GRANTER_ID, 1000000), GNTST_bad_gntref);
	granter->max_pages = granter->tot_pages;
	assert_int_equal(transfer(page, GRANTER_ID, 20), GNTST_general_error);
	assert_int_equal(entry_v1(20)->flags, GTF_accept_transfer);
	granter->max_pages = 1000;
	assert_int_equal(transfer(page, GRANTER_ID, 20), GNTST_okay);
	assert_int_equal(entry_v1(20)->flags,
			 GTF_accept_transfer | GTF_transfer_committed | GTF_transfer_completed);
	assert_int_equal(entry_v1(20)->frame, page_to_mfn(page).n);
	assert_ptr_equal(page_owner(page), granter);
	assert_int_equal(mapper->tot_pages, before - 1);
	/* One entry takes one frame. */
	assert_int_equal(transfer(mapper_pages[1], GRANTER_ID, 20), GNTST_general_error);
	*theirs = (struct xen_grant_entry_v1){GTF_accept_transfer, GRANTER_ID, 0};
	fixture_act_as(granter, 0);
	assert_int_equal(transfer(page, MAPPER_ID, 9), GNTST_okay);
	assert_ptr_equal(page_owner(page), mapper);
	assert_int_equal(mapper->tot_pages, before);
	theirs->flags = 0;
}

static void an_array_is_continued(void **state)
{
	static struct xen_gnttab_copy ops[20];

	grant_page(20, mapper, granter_pages[0], 0);
	for (unsigned int i = 0; i < 20; i++)
		ops[i] = (struct xen_gnttab_copy){.source = by_ref(i == 7 ? 99 : 20, 0),
						  .dest = by_frame(mapper_pages[1], 0),
						  .len = 16,
						  .flags = FROM,
						  .status = 77};
	percpu_softirq_pending = 1;
	assert_int_equal(grant_op(GNTTABOP_copy, ops, 20), 0);
	percpu_softirq_pending = 0;
	assert_int_equal(fake_rewind.count, 19);
	for (unsigned int i = 0; i < 20; i++)
		assert_int_equal(ops[i].status, i == 7 ? GNTST_general_error : GNTST_okay);
}

/* What the next element names too stays taken meanwhile, whatever fails between. */
static void elements_that_share_a_side_each_get_their_answer(void **state)
{
	const struct xen_gnttab_copy_ptr from[] = {by_ref(20, 0), by_ref(20, 8), by_ref(20, 4090),
						   by_ref(21, 0), by_ref(20, 0), by_ref(20, 0)};
	const int16_t expected[] = {GNTST_okay,		 GNTST_okay, GNTST_bad_copy_arg,
				    GNTST_general_error, GNTST_okay, GNTST_permission_denied};
	struct xen_gnttab_copy ops[6];

	grant_page(20, mapper, granter_pages[0], 0);
	memset(ops, 0, sizeof(ops));
	for (unsigned int i = 0; i < 6; i++) {
		ops[i].source = from[i];
		ops[i].dest = by_frame(mapper_pages[1 + (i & 1)], (uint16_t)(i * 64));
		ops[i].len = 64;
		ops[i].flags = FROM;
	}
	ops[5].dest.domid = GRANTER_ID;
	assert_int_equal(grant_op(GNTTABOP_copy, ops, 6), 0);
	for (unsigned int i = 0; i < 6; i++)
		assert_int_equal(ops[i].status, expected[i]);
	assert_memory_equal(bytes_of(mapper_pages[2]) + 64, bytes_of(granter_pages[0]) + 8, 64);
	assert_memory_equal(bytes_of(mapper_pages[1]) + 256, bytes_of(granter_pages[0]), 64);
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access);
	assert_int_equal(granter->references, 1);
}

/* A frame and a reference of the same number are not the same. */
static void a_frame_is_not_taken_for_a_reference(void **state)
{
	uint32_t number = (uint32_t)page_to_mfn(mapper_pages[0]).n;
	struct xen_gnttab_copy ops[2] = {
		{.source = by_ref(number, 0), .dest = by_frame(mapper_pages[1], 0), .len = 8},
		{.source = by_ref(number, 0), .dest = by_frame(mapper_pages[1], 0), .len = 8},
	};

	ops[0].source.domid = ops[1].source.domid = DOMID_SELF;
	ops[1].flags = FROM;
	assert_int_equal(grant_op(GNTTABOP_copy, ops, 2), 0);
	assert_int_equal(ops[0].status, GNTST_okay);
	assert_true(ops[1].status < 0);
}

static void a_dying_granter_is_left_alone(void **state)
{
	grant_page(20, mapper, granter_pages[0], 0);
	granter->state = DOMAIN_DYING;
	assert_int_equal(copy(by_ref(20, 0), by_frame(mapper_pages[1], 0), 8, FROM),
			 GNTST_general_error);
	granter->state = DOMAIN_ALIVE;
	assert_int_equal(entry_v1(20)->flags, GTF_permit_access);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bytes_go_both_ways),
		TEST(two_entries_and_two_frames),
		TEST(ranges_stay_within_a_page),
		TEST(rights_are_needed_on_both_sides),
		TEST(page_tables_are_never_written),
		TEST(grants_to_oneself_work),
		TEST(parts_of_pages_have_bounds),
		TEST(a_transitive_entry_lends_for_copies),
		TEST(transitive_entries_make_no_chains),
		TEST(a_frame_goes_where_it_is_accepted_and_back),
		TEST(an_array_is_continued),
		TEST(elements_that_share_a_side_each_get_their_answer),
		TEST(a_frame_is_not_taken_for_a_reference),
		TEST(a_dying_granter_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
