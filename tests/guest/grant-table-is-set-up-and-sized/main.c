/* SPDX-License-Identifier: GPL-2.0-or-later */
/* query_size, setup_table and the mapping of the first frame; the maximum holds. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	static uint64_t frames[256];
	struct xen_gnttab_query_size size = {.dom = DOMID_SELF};
	struct xen_gnttab_setup_table setup = {
		.dom = DOMID_SELF, .nr_frames = 4, .frame_list = (uint64_t)frames};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_query_size, &size, 1), 0);
	CHECK_EQUAL(size.status, GNTST_okay);
	CHECK(size.nr_frames >= 1);
	CHECK(size.max_nr_frames >= 32);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	CHECK_EQUAL(setup.status, GNTST_okay);
	for (unsigned int i = 0; i < 4; i++)
		CHECK(frames[i] != 0);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_query_size, &size, 1), 0);
	CHECK(size.nr_frames >= 4);
	setup.nr_frames = size.max_nr_frames + 1;
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	CHECK_EQUAL(setup.status, GNTST_general_error);
	setup.dom = 5;
	setup.nr_frames = 1;
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	CHECK_EQUAL(setup.status, GNTST_bad_domain);
	size.dom = 5;
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_query_size, &size, 1), 0);
	CHECK_EQUAL(size.status, GNTST_bad_domain);
	CHECK_EQUAL(hypercall_grant_table_op(13, &size, 1), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &size, -1), -XEN_EINVAL);
	CHECK(grant_table_init()[20].flags == 0);
}
