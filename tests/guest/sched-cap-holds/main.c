/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A busy domain with a cap gets just that, alone and beside another one. */
#include "guest/scheduling.h"
#include "guest/test.h"

static uint64_t time_in(struct child *child, uint64_t ns)
{
	uint64_t before;

	sleep_ns(200 * MILLISECOND);
	before = child_cpu_time(child);
	sleep_ns(ns);
	return child_cpu_time(child) - before;
}

void test_main(void)
{
	struct child *capped = child_start(spin_for_ever);

	/* It has run for a while with nobody beside it. */
	sleep_ns(200 * MILLISECOND);
	CHECK_EQUAL(credit_put(capped, 256, 50), 0);
	CHECK(is_within(time_in(capped, 3 * SECOND), 3 * SECOND / 2, 2));
	child_start(spin_for_ever);
	CHECK_EQUAL(credit_put(capped, 256, 25), 0);
	CHECK(is_within(time_in(capped, 3 * SECOND), 3 * SECOND / 4, 2));
	CHECK_EQUAL(credit_put(capped, 256, 0), 0);
	CHECK(is_within(time_in(capped, 3 * SECOND), 3 * SECOND / 2, 2));
}
