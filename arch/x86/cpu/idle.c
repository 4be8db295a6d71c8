/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a CPU does when it has nothing to run: HLT, or MWAIT on its own pending
 * softirqs, so that who raises one need not send an interrupt. Intel SDM 2B
 * MWAIT, 3A 9.10.4; hints and extensions 0: C1, and nothing that emulators
 * refuse.
 */
#include "asm/cpu_features.h"
#include "asm/processor.h"
#include "hv/arch.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/string.h"

#define LEAF_MONITOR 5
#define LINE_MASK 0xffff
#define FAMILY_6 6

static bool mwait_is_wanted = true, mwait_is_forced;

static int mwait_idle_parse(const char *text)
{
	mwait_is_forced = strcmp(text, "force") == 0;
	return mwait_is_forced ? 0 : parameter_parse_boolean(text, &mwait_is_wanted);
}
CUSTOM_PARAMETER(
	"mwait-idle", mwait_idle_parse,
	"idle processors wait by MWAIT where they can (default); force: wherever CPUID has it");

static bool mwait_is_used;

/* Intel models on which a write may not end the wait, or not without CLFLUSH before MONITOR (specification updates). */
static const uint8_t unreliable_models[] = {0x1d, 0x2e, 0x2f, 0x5c, 0xbd};

static bool mwait_is_reliable(void)
{
	struct cpuid_result lines;

	if (!cpu_has(FEATURE_MONITOR) || cpu_host.max_leaf < LEAF_MONITOR)
		return false;
	/* Another hypervisor may run it as no operation, and then we'd never sleep. */
	if (cpu_has(FEATURE_HYPERVISOR))
		return false;
	for (unsigned int i = 0; i < ARRAY_SIZE(unreliable_models); i++)
		if (cpu_host.vendor == CPU_VENDOR_INTEL && cpu_host.family == FAMILY_6 &&
		    cpu_host.model == unreliable_models[i])
			return false;
	lines = cpuid_read(LEAF_MONITOR, 0);
	return (lines.eax & LINE_MASK) && (lines.ebx & LINE_MASK);
}

void cpu_idle_init(void)
{
	mwait_is_used = mwait_is_forced ? cpu_has(FEATURE_MONITOR)
					: mwait_is_wanted && mwait_is_reliable();
	printk(LOG_INFO, "Idle processors wait by %s", mwait_is_used ? "MWAIT" : "HLT");
}

/* Both changes of the mark are seen before what follows them: whoever raises a softirq either sees the mark or is seen by the look that follows it. */
static void idle_mwait(void)
{
	uint32_t *pending = &this_cpu(softirq_pending);

	__atomic_store_n(&this_cpu(softirq_is_watched), true, __ATOMIC_SEQ_CST);
	__asm__ volatile("monitor" : : "a"(pending), "c"(0), "d"(0) : "memory");
	if (READ_ONCE(*pending))
		interrupts_on();
	else
		__asm__ volatile("sti; mwait" : : "a"(0), "c"(0) : "memory");
	__atomic_store_n(&this_cpu(softirq_is_watched), false, __ATOMIC_SEQ_CST);
}

/* STI takes effect after the next instruction, so that no interrupt slips in before HLT or MWAIT. */
void arch_cpu_idle(void)
{
	if (mwait_is_used)
		idle_mwait();
	else
		__asm__ volatile("sti; hlt" : : : "memory");
}
