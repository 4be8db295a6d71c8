/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two busy domains on one processor get it by their weights. */
#include "guest/scheduling.h"
#include "guest/test.h"

static void measure(struct child *light, struct child *heavy, unsigned int times)
{
	uint64_t light_ns, heavy_ns;

	sleep_ns(500 * MILLISECOND);
	light_ns = child_cpu_time(light);
	heavy_ns = child_cpu_time(heavy);
	sleep_ns(4 * SECOND);
	light_ns = child_cpu_time(light) - light_ns;
	heavy_ns = child_cpu_time(heavy) - heavy_ns;
	CHECK(is_within(heavy_ns, light_ns * times, 2));
	CHECK(is_within(heavy_ns + light_ns, 4 * SECOND, 1));
}

void test_main(void)
{
	struct child *light = child_start(spin_for_ever), *heavy = child_start(spin_for_ever);

	CHECK_EQUAL(credit_put(light, 256, 0), 0);
	CHECK_EQUAL(credit_put(heavy, 512, 0), 0);
	measure(light, heavy, 2);
	CHECK_EQUAL(credit_put(heavy, 256, 0), 0);
	measure(light, heavy, 1);
	CHECK_EQUAL(credit_put(heavy, 256, 101), -XEN_EINVAL);
}
