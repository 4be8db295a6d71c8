/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local APIC's timer as each CPU's alarm: TSC-deadline mode where the processor has it, else
 * one-shot with its measured rate (Intel SDM 3A, 11.5.4).
 */
#include "asm/apic.h"
#include "asm/cpu_features.h"
#include "asm/irq.h"
#include "asm/msr.h"
#include "asm/time.h"
#include "hv/arch.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/time.h"
#include "hv/time_scale.h"
#include "hv/timer.h"

#define LVT_ONE_SHOT (0u << 17)
#define LVT_TSC_DEADLINE (2u << 17)
#define LVT_MASKED 0x10000u
#define DIVIDE_BY_1 0xb
#define MEASURE_US 20000
#define MEASURE_READS 8
/* What the count register holds must stay below 2^32 ticks. */
#define ONE_SHOT_MAX UINT32_MAX

static bool has_tsc_deadline;
/* ns to ticks of the one-shot timer. */
static uint32_t tick_multiplier;
static int8_t tick_shift;

static bool tdt_is_allowed = true;
BOOLEAN_PARAMETER("tdt", tdt_is_allowed, "use the local APIC's TSC-deadline mode");

static void deadline_handle_interrupt(struct registers *r)
{
	apic_eoi();
	timer_handle_interrupt();
}

/* The timer's count and the TSC at the same moment: the tightest of several pairs. */
static void ticks_read(uint64_t *tsc, uint32_t *ticks)
{
	uint64_t best = UINT64_MAX;

	for (unsigned int i = 0; i < MEASURE_READS; i++) {
		uint64_t before = read_tsc_ordered();
		uint32_t count = apic_read(APIC_TIMER_CURRENT);
		uint64_t width = read_tsc_ordered() - before;

		if (width >= best)
			continue;
		best = width;
		*tsc = before + width / 2;
		*ticks = count;
	}
}

static uint64_t ticks_measure(void)
{
	uint64_t tsc_start, tsc_end;
	uint32_t ticks_start, ticks_end;

	apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, LVT_ONE_SHOT | LVT_MASKED | VECTOR_TIMER);
	apic_write(APIC_TIMER_INITIAL, UINT32_MAX);
	ticks_read(&tsc_start, &ticks_start);
	time_delay_us(MEASURE_US);
	ticks_read(&tsc_end, &ticks_end);
	apic_write(APIC_TIMER_INITIAL, 0);
	return time_muldiv(ticks_start - ticks_end, time_tsc_khz() * 1000, tsc_end - tsc_start);
}

void deadline_init_boot(void)
{
	uint64_t hz;

	interrupt_register(VECTOR_TIMER, deadline_handle_interrupt);
	has_tsc_deadline = tdt_is_allowed && cpu_has(FEATURE_TSC_DEADLINE);
	if (has_tsc_deadline)
		return;
	hz = ticks_measure();
	if (hz == 0)
		panic("the local APIC's timer stands still");
	time_scale_from_ratio(hz, NS_PER_SECOND, &tick_multiplier, &tick_shift);
	printk(LOG_INFO, "Time: APIC timer %lu.%03lu MHz", hz / 1000000, hz / 1000 % 1000);
}

void deadline_init_cpu(void)
{
	if (has_tsc_deadline) {
		apic_write(APIC_LVT_TIMER, LVT_TSC_DEADLINE | VECTOR_TIMER);
		/* The mode, written to memory, must be set before the MSR is (SDM 3A, 11.5.4.1). */
		__asm__ volatile("mfence" : : : "memory");
		write_msr(MSR_TSC_DEADLINE, 0);
		return;
	}
	apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, LVT_ONE_SHOT | VECTOR_TIMER);
	apic_write(APIC_TIMER_INITIAL, 0);
}

static uint32_t one_shot_ticks(uint64_t deadline_ns)
{
	uint64_t now = time_now_ns();
	uint64_t ticks;

	if (deadline_ns <= now)
		return 1;
	ticks = time_scale_apply(deadline_ns - now, tick_multiplier, tick_shift) + 1;
	/* Cut: it rings early, and the queue sets the rest. */
	return ticks > ONE_SHOT_MAX ? ONE_SHOT_MAX : (uint32_t)ticks;
}

void arch_timer_set_deadline(uint64_t deadline_ns)
{
	if (has_tsc_deadline)
		write_msr(MSR_TSC_DEADLINE,
			  deadline_ns == UINT64_MAX ? 0 : time_to_tsc(deadline_ns));
	else
		apic_write(APIC_TIMER_INITIAL,
			   deadline_ns == UINT64_MAX ? 0 : one_shot_ticks(deadline_ns));
}
