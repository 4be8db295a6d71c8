/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All flush commands succeed for dom0, on any address and any set of vcpus. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t address = (uint64_t)page_alloc(1), mask = ~0ull;

	CHECK_EQUAL(mmuext(MMUEXT_TLB_FLUSH_LOCAL, 0, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_TLB_FLUSH_ALL, 0, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_TLB_FLUSH_MULTI, 0, (uint64_t)&mask), 0);
	CHECK_EQUAL(mmuext(MMUEXT_INVLPG_LOCAL, address, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_INVLPG_ALL, address, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_INVLPG_MULTI, address, (uint64_t)&mask), 0);
	CHECK_EQUAL(mmuext(MMUEXT_INVLPG_LOCAL, 0xffff820000000000, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_INVLPG_LOCAL, 0x1234567812345000, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_FLUSH_CACHE, 0, 0), 0);
	CHECK_EQUAL(mmuext(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0), 0);
}
