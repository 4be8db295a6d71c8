/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With the INIT_P2M note the p2m lies at that address, outside of the kernel's mapping. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

__asm__(".pushsection .note.Xen, \"a\", @note\n\t"
	".balign 4\n\t"
	".long 4, 8, 15\n\t"
	".asciz \"Xen\"\n\t"
	".quad 0x8000000000\n\t"
	".popsection");

void test_main(void)
{
	CHECK_EQUAL(start_info->mfn_list, 0x8000000000);
	CHECK_EQUAL(mfn_to_pfn(pfn_to_mfn(start_info->nr_pages - 1)), start_info->nr_pages - 1);
	CHECK(start_info->nr_p2m_frames >= start_info->nr_pages / 512);
	CHECK(start_info->first_p2m_pfn > 0);
}
