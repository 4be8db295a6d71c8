/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The start of day: start_info, the page tables, the p2m and shared_info are what the ABI says. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	CHECK(strncmp((const char *)start_info->magic, "xen-3.0-x86_64", 14) == 0);
	CHECK(start_info->nr_pages >= 1024);
	CHECK(start_info->flags & SIF_PRIVILEGED);
	CHECK(start_info->flags & SIF_INITDOMAIN);
	CHECK((start_info->shared_info & ~PAGE_MASK) == 0);
	CHECK((start_info->pt_base & ~PAGE_MASK) == 0);
	CHECK(start_info->nr_pt_frames >= 4);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_upcall_mask, 1);
	CHECK_EQUAL(mfn_to_pfn(mfn_of(shared_info)), pfn_of(shared_info));
}
