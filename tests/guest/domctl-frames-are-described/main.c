/* SPDX-License-Identifier: GPL-2.0-or-later */
/* getpageframeinfo3 tells tables of each level, pins, ordinary pages, and what isn't the domain's. */
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"

static void nothing(void) {}

static uint64_t list[1025];

static long describe(struct child *child, uint64_t nr)
{
	struct xen_domctl call = {0};

	call.u.getpageframeinfo3.num = nr;
	call.u.getpageframeinfo3.array = (uint64_t)list;
	return domctl_send(&call, XEN_DOMCTL_getpageframeinfo3, child->id);
}

void test_main(void)
{
	struct child *child = child_create();
	uint64_t l4;

	child_build(child, nothing);
	l4 = mfn_to_pfn(child->root_mfn);
	list[0] = child->mfns[l4];
	list[1] = child->mfns[l4 - 1];
	list[2] = child->mfns[l4 - 2];
	list[3] = child->mfns[l4 - 3];
	list[4] = child->mfns[300];
	list[5] = mfn_of(list);
	list[6] = child->shared_mfn;
	list[7] = 0xffffffffff;
	REQUIRE_EQUAL(describe(child, 8), 0);
	CHECK_EQUAL(list[0], XEN_DOMCTL_PFINFO_L4TAB | XEN_DOMCTL_PFINFO_LPINTAB);
	CHECK_EQUAL(list[1], XEN_DOMCTL_PFINFO_L3TAB);
	CHECK_EQUAL(list[2], XEN_DOMCTL_PFINFO_L2TAB);
	CHECK_EQUAL(list[3], XEN_DOMCTL_PFINFO_L1TAB);
	CHECK_EQUAL(list[4], XEN_DOMCTL_PFINFO_NOTAB);
	CHECK_EQUAL(list[5], XEN_DOMCTL_PFINFO_XTAB);
	CHECK_EQUAL(list[6], XEN_DOMCTL_PFINFO_XTAB);
	CHECK_EQUAL(list[7], XEN_DOMCTL_PFINFO_XTAB);
	CHECK_EQUAL(describe(child, 0), 0);
	CHECK_EQUAL(describe(child, 1024), 0);
	CHECK_EQUAL(describe(child, 1025), -XEN_E2BIG);
}
