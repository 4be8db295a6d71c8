/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MMU_MACHPHYS_UPDATE changes the number of a frame of ours and refuses others. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	char *page = page_alloc(1);
	uint64_t mfn = mfn_of(page), pfn = pfn_of(page);

	CHECK_EQUAL(machine_update(mfn << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, 0x1234), 0);
	CHECK_EQUAL(mfn_to_pfn(mfn), 0x1234);
	CHECK_EQUAL(machine_update(mfn << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, pfn), 0);
	CHECK_EQUAL(mfn_to_pfn(mfn), pfn);
	CHECK_EQUAL(machine_update(0x7ffffff000 | MMU_MACHPHYS_UPDATE, pfn), -XEN_EINVAL);
}
