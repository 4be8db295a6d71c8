/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A table in use at one level is not taken as another. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	for (unsigned int level = 1; level <= 4; level++) {
		uint64_t mfn = mfn_of(table_alloc());

		CHECK_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE + level - 1, mfn, 0), 0);
		for (unsigned int other = 1; other <= 4; other++) {
			if (other != level)
				CHECK(mmuext(MMUEXT_PIN_L1_TABLE + other - 1, mfn, 0) < 0);
		}
		CHECK_EQUAL(mmuext(MMUEXT_UNPIN_TABLE, mfn, 0), 0);
	}
}
