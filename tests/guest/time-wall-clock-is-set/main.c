/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shared_info's wall clock: a version, a date after 2020, nanoseconds in range. */
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	uint64_t seconds = shared_info->wc_sec | (uint64_t)shared_info->wc_sec_hi << 32;

	CHECK_EQUAL(shared_info->wc_version & 1, 0);
	CHECK(seconds > 1577836800);
	CHECK(seconds < 4102444800);
	CHECK(shared_info->wc_nsec < 1000000000);
}
