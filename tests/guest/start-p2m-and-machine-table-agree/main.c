/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every frame of the boot p2m is ours, distinct, and the machine-to-physical table points back. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t wrong = 0;

	for (uint64_t pfn = 0; pfn < start_info->nr_pages; pfn++) {
		if (mfn_to_pfn(pfn_to_mfn(pfn)) != pfn)
			wrong++;
	}
	CHECK_EQUAL(wrong, 0);
}
