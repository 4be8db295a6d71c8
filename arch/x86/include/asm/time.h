/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sources of time: platform timers, the CMOS clock, the local APIC's timer. System time itself
 * is hv/time.h's. The TSC is read behind a fence, so that it never runs ahead of what came before.
 */
#ifndef ASM_TIME_H
#define ASM_TIME_H

#include "asm/processor.h"
#include "hv/types.h"

struct vcpu;

/* A free-running counter of the machine that is not the processor's. */
struct platform_timer {
	const char *name;   /* as clocksource= has it */
	bool (*init)(void); /* false: this machine has none */
	uint64_t (*read)(void);
	uint64_t wrap; /* it counts modulo this, a power of two; 0: 2^64 */
	uint64_t hz;
};

/* The first that works of the wanted one, HPET, ACPI and PIT. Boot CPU. Never NULL: the PIT is everywhere. */
const struct platform_timer *platform_timer_choose(const char *wanted);

/* Reads the CMOS clock as UTC seconds since 1970. -ENODEV without one, -EINVAL for nonsense. */
int must_check rtc_read_seconds(uint64_t *seconds);

/* The local APIC's timer: measures it (boot CPU) and sets this CPU's up, without a deadline. */
void deadline_init_boot(void);
void deadline_init_cpu(void);

/* The TSC of this CPU at a system time, at least the current record's base. Interrupts off. */
uint64_t time_to_tsc(uint64_t ns);
/* All TSCs count as one, so that guests may compare times of different CPUs. */
bool time_tsc_is_shared(void);
/* The vcpu comes to this CPU: where CPUs keep their own time, its time info is another's. Interrupts off. */
void time_handle_switch(struct vcpu *v);
/* Takes over the newest calibration now rather than with the next softirq. Any context. */
void time_sync_this_cpu(void);

static always_inline uint64_t read_tsc_ordered(void)
{
	__asm__ volatile("lfence" : : : "memory");
	return read_tsc();
}

#endif
