/* SPDX-License-Identifier: GPL-2.0-or-later */
/* get_version starts at 1; set_version goes to 2 and back, refuses 3, and refuses while mapped. */
#include "abi/grant_table.h"
#include "guest/grant.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul

static uint32_t version(void)
{
	struct xen_gnttab_get_version call = {.dom = DOMID_SELF};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_get_version, &call, 1), 0);
	return call.version;
}

static long set_version(uint32_t value)
{
	struct xen_gnttab_set_version call = {.version = value};

	return hypercall_grant_table_op(GNTTABOP_set_version, &call, 1);
}

void test_main(void)
{
	struct xen_gnttab_get_version absent = {.dom = 5};
	struct xen_gnttab_map_grant_ref map;

	CHECK_EQUAL(version(), 1);
	CHECK_EQUAL(set_version(3), -XEN_EINVAL);
	CHECK_EQUAL(set_version(0), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_get_version, &absent, 1), -XEN_ESRCH);
	grant_table_init();
	map_tables(ADDRESS);
	grant_give(20, mfn_of(page_alloc(1)), 0);
	map = grant_map(ADDRESS, 20, GNTMAP_host_map);
	REQUIRE_EQUAL(map.status, GNTST_okay);
	CHECK_EQUAL(set_version(2), -XEN_EBUSY);
	CHECK_EQUAL(grant_unmap(ADDRESS, map.handle), GNTST_okay);
	CHECK_EQUAL(set_version(2), 0);
	CHECK_EQUAL(version(), 2);
	CHECK_EQUAL(set_version(1), 0);
	CHECK_EQUAL(version(), 1);
}
