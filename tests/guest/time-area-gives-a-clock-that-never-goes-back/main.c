/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vcpu_info.time: an even version, a clock that rises, near the wall of the TSC's own frequency. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"

void test_main(void)
{
	struct xen_vcpu_time_info *area = &shared_info->vcpu_info[0].time;
	uint64_t last = time_ns(), start = last, end;
	uint32_t versions = area->version;

	CHECK_EQUAL(area->version & 1, 0);
	CHECK(area->tsc_to_system_mul != 0);
	for (unsigned int i = 0; i < 20000; i++) {
		uint64_t now = time_ns();

		if (now < last) {
			CHECK(now >= last);
			break;
		}
		last = now;
	}
	end = time_ns() + 50 * MILLISECOND;
	while (time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK(time_ns() - start < 20 * SECOND);
	printf("version %u then %u\n", versions, area->version);
}
