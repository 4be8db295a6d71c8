/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GNTTABOP_copy between frames of ours and granted pages, with offsets, and refuses bad ranges. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static int copy(uint64_t from, uint16_t from_offset, uint64_t to, uint16_t to_offset,
		uint16_t bytes, uint16_t flags)
{
	struct xen_gnttab_copy call = {.len = bytes, .flags = flags};

	call.source.domid = call.dest.domid = DOMID_SELF;
	call.source.offset = from_offset;
	call.dest.offset = to_offset;
	if (flags & GNTCOPY_source_gref)
		call.source.u.ref = (uint32_t)from;
	else
		call.source.u.gmfn = from;
	if (flags & GNTCOPY_dest_gref)
		call.dest.u.ref = (uint32_t)to;
	else
		call.dest.u.gmfn = to;
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_copy, &call, 1), 0);
	return call.status;
}

void test_main(void)
{
	char *left = page_alloc(1), *right = page_alloc(1);

	grant_table_init();
	grant_give(20, mfn_of(left), 0);
	grant_give(21, mfn_of(right), GTF_readonly);
	memcpy(left, "from left", 10);
	CHECK_EQUAL(copy(20, 0, mfn_of(right), 100, 10, GNTCOPY_source_gref), GNTST_okay);
	CHECK(strcmp(right + 100, "from left") == 0);
	memcpy(right + 4090, "edge!", 6);
	CHECK_EQUAL(copy(21, 4090, 20, 4090, 6, GNTCOPY_source_gref | GNTCOPY_dest_gref),
		    GNTST_okay);
	CHECK(strcmp(left + 4090, "edge!") == 0);
	CHECK_EQUAL(copy(20, 0, 21, 0, 8, GNTCOPY_source_gref | GNTCOPY_dest_gref),
		    GNTST_general_error);
	CHECK_EQUAL(copy(20, 4090, mfn_of(right), 0, 7, GNTCOPY_source_gref), GNTST_bad_copy_arg);
	CHECK_EQUAL(copy(20, 0, mfn_of(right), 4090, 7, GNTCOPY_source_gref), GNTST_bad_copy_arg);
	CHECK_EQUAL(copy(20, 0, mfn_of(right), 0, 4097, GNTCOPY_source_gref), GNTST_bad_copy_arg);
	CHECK(copy(30, 0, mfn_of(right), 0, 8, GNTCOPY_source_gref) < 0);
	CHECK_EQUAL(copy(0x1000000, 0, mfn_of(right), 0, 8, GNTCOPY_source_gref), GNTST_bad_gntref);
	CHECK(copy(20, 0, 0xfffffffff, 0, 8, GNTCOPY_source_gref) < 0);
	CHECK(copy(20, 0, mfn_of(table_alloc()), 0, 8, GNTCOPY_source_gref) == GNTST_okay);
}
