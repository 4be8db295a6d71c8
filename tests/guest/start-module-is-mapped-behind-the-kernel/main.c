/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Without the MOD_START_PFN note the RAM disk lies at a linear address in the boot mapping. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	const char *module = (const char *)start_info->mod_start;

	CHECK_EQUAL(start_info->flags & SIF_MOD_START_PFN, 0);
	CHECK(start_info->mod_len > 1000 && start_info->mod_len < 100000);
	REQUIRE(start_info->mod_start > VIRT_BASE);
	CHECK(memcmp(module, "# Test kernels\n", 15) == 0);
}
