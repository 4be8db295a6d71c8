/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets, cores and threads: which bits of an APIC id number what. Sources:
 * Intel SDM 3A 9.9.3 (hierarchical mapping), AMD64 APM 3 appendix E.
 */
#include "asm/cpu_features.h"
#include "asm/processor.h"
#include "hv/acpi.h"
#include "hv/arch.h"

#define LEAF_TOPOLOGY 0xbU
#define LEVEL_THREAD 1U
#define LEVEL_CORE 2U
#define MAX_LEVELS 8U
#define FEATURE_HTT CPU_FEATURE(CPUID_1_EDX, 28)
#define FEATURE_TOPOLOGY_EXTENSIONS CPU_FEATURE(CPUID_80000001_ECX, 22)

/* Bits of the APIC id below the number of the core, and below that of the socket. */
struct topology_shifts {
	unsigned int core, socket;
};

static unsigned int bits_for(uint32_t count)
{
	return count > 1 ? 32 - (unsigned int)__builtin_clz(count - 1) : 0;
}

static bool shifts_read_levels(struct topology_shifts *shifts)
{
	if (cpu_host.max_leaf < LEAF_TOPOLOGY)
		return false;
	for (uint32_t i = 0; i < MAX_LEVELS; i++) {
		struct cpuid_result r = cpuid_read(LEAF_TOPOLOGY, i);
		uint32_t level = r.ecx >> 8 & 0xff;

		if (!level || !r.ebx)
			break;
		if (level == LEVEL_THREAD)
			shifts->core = r.eax & 31;
		else if (level == LEVEL_CORE)
			shifts->socket = r.eax & 31;
	}
	shifts->socket = MAX(shifts->socket, shifts->core);
	return shifts->socket != 0;
}

static void shifts_read_amd(struct topology_shifts *shifts)
{
	uint32_t value = cpuid_read(0x80000008, 0).ecx;
	uint32_t width = value >> 12 & 15;

	shifts->socket = width ? width : bits_for((value & 0xff) + 1);
	if (cpu_has(FEATURE_TOPOLOGY_EXTENSIONS) && cpu_host.max_extended_leaf >= 0x8000001e)
		shifts->core = bits_for((cpuid_read(0x8000001e, 0).ebx >> 8 & 0xff) + 1);
}

static void shifts_read_counts(struct topology_shifts *shifts)
{
	uint32_t cores = 1;

	if (cpu_host.max_leaf >= 4)
		cores = (cpuid_read(4, 0).eax >> 26) + 1;
	shifts->socket = bits_for(cpuid_read(1, 0).ebx >> 16 & 0xff);
	shifts->core = shifts->socket - MIN(shifts->socket, bits_for(cores));
}

static void shifts_read(struct topology_shifts *shifts)
{
	*shifts = (struct topology_shifts){0, 0};
	if (!cpu_has(FEATURE_HTT) || shifts_read_levels(shifts))
		return;
	if (cpu_host.vendor == CPU_VENDOR_AMD && cpu_host.max_extended_leaf >= 0x80000008)
		shifts_read_amd(shifts);
	else
		shifts_read_counts(shifts);
}

void arch_cpu_topology(unsigned int cpu, struct cpu_topology *out)
{
	static struct topology_shifts shifts;
	static bool is_read;
	uint32_t id = acpi_information.processors[cpu].apic_id;

	/* The same whoever writes it. */
	if (!__atomic_load_n(&is_read, __ATOMIC_ACQUIRE)) {
		struct topology_shifts fresh;

		shifts_read(&fresh);
		WRITE_ONCE(shifts.core, fresh.core);
		WRITE_ONCE(shifts.socket, fresh.socket);
		__atomic_store_n(&is_read, true, __ATOMIC_RELEASE);
	}
	out->thread = id & ((1U << shifts.core) - 1);
	out->socket = id >> shifts.socket;
	out->core = (id & ((1U << shifts.socket) - 1)) >> shifts.core;
}
