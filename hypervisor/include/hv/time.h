/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System time: ns since boot, monotonic, the same on every CPU; from the TSC,
 * scaled by a per-CPU record that is re-calibrated against the platform timer
 * (HPET or ACPI PM timer). Wall clock: UTC at boot + system time.
 */
#ifndef HV_TIME_H
#define HV_TIME_H

#include "hv/types.h"

#define NS_PER_SECOND 1000000000UL
#define NS_PER_MS 1000000UL
#define NS_PER_US 1000UL

/* ns = ((tsc - tsc_base) << shift (or >> -shift)) * multiplier >> 32 + ns_base; the ABI's form. */
struct time_record {
	uint64_t tsc_base;
	uint64_t ns_base;
	uint32_t multiplier;
	int8_t shift;
};

uint64_t time_now_ns(void);
/* This CPU's current record (interrupts off or pinned). */
const struct time_record *time_record_this_cpu(void);
/* A tsc value of this CPU as system time. */
uint64_t time_from_tsc_ns(uint64_t tsc);
uint64_t time_tsc_khz(void);
/* Busy wait. */
void time_delay_us(uint64_t us);
/* UTC seconds and ns at system time 0. */
void time_wallclock_base(uint64_t *seconds, uint32_t *ns);
/* XENPF_settime: tells that at system_time_ns UTC was seconds.ns; guests' wall clocks are updated by the caller. */
void time_set_wallclock(uint64_t seconds, uint32_t ns, uint64_t system_time_ns);
/* Changes with each recalibration, never 0; for lazy updates of vcpu_time_info (arch_time_update_vcpu()). */
extern uint32_t time_generation;

#endif
