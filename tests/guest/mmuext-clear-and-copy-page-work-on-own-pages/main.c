/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MMUEXT_CLEAR_PAGE and MMUEXT_COPY_PAGE on pages of ours; a table or a foreign frame is refused. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	volatile uint64_t *from = page_alloc(1), *to = page_alloc(1);
	uint64_t *table = table_alloc();

	REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(table), 0), 0);
	from[5] = 55;
	from[511] = 511;
	CHECK_EQUAL(mmuext(MMUEXT_COPY_PAGE, mfn_of(to), mfn_of(from)), 0);
	CHECK_EQUAL(to[5], 55);
	CHECK_EQUAL(to[511], 511);
	CHECK_EQUAL(mmuext(MMUEXT_CLEAR_PAGE, mfn_of(to), 0), 0);
	CHECK_EQUAL(to[5] | to[511], 0);
	CHECK(mmuext(MMUEXT_CLEAR_PAGE, mfn_of(table), 0) < 0);
	CHECK(mmuext(MMUEXT_COPY_PAGE, mfn_of(table), mfn_of(from)) < 0);
	CHECK(mmuext(MMUEXT_CLEAR_PAGE, 0xfffffffff, 0) < 0);
	CHECK(mmuext(MMUEXT_COPY_PAGE, 0xfffffffff, mfn_of(from)) < 0);
	CHECK(mmuext(MMUEXT_COPY_PAGE, mfn_of(to), 0xfffffffff) < 0);
}
