/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With the MOD_START_PFN note the RAM disk is named by its pfn, outside of the boot mapping. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul

__asm__(".pushsection .note.Xen, \"a\", @note\n\t"
	".balign 4\n\t"
	".long 4, 4, 16\n\t"
	".asciz \"Xen\"\n\t"
	".long 1\n\t"
	".popsection");

void test_main(void)
{
	CHECK(start_info->flags & SIF_MOD_START_PFN);
	CHECK(start_info->mod_len > 1000 && start_info->mod_len < 100000);
	REQUIRE(start_info->mod_start < start_info->nr_pages);
	map_at(ADDRESS, pte_make(pfn_to_mfn(start_info->mod_start), PTE_DATA));
	CHECK(memcmp((const char *)ADDRESS, "# Test kernels\n", 15) == 0);
	CHECK_EQUAL(mfn_to_pfn(pfn_to_mfn(start_info->mod_start)), start_info->mod_start);
}
