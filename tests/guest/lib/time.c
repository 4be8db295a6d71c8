/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System time from the vcpu's time area. */
#include "guest/hypercall.h"
#include "guest/time.h"
#include "guest/vcpu.h"

uint64_t time_scale(uint64_t ticks, uint32_t multiplier, int8_t shift)
{
	ticks = shift >= 0 ? ticks << shift : ticks >> -shift;
	return (uint64_t)(((unsigned __int128)ticks * multiplier) >> 32);
}

uint64_t time_ns(void)
{
	const volatile struct xen_vcpu_time_info *area = &vcpu_current()->info->time;
	uint32_t version;
	uint64_t now;

	do {
		version = area->version;
		barrier();
		now = area->system_time + time_scale(read_tsc() - area->tsc_timestamp,
						     area->tsc_to_system_mul, area->tsc_shift);
		barrier();
	} while ((version & 1) || version != area->version);
	return now;
}
