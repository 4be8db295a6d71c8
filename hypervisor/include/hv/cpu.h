/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which CPUs there are. A CPU is possible (known to firmware), then online
 * (scheduled on). Numbers are dense from 0, the boot CPU.
 */
#ifndef HV_CPU_H
#define HV_CPU_H

#include "hv/bitmap.h"
#include "hv/types.h"

#ifndef CONFIG_NR_CPUS
#define CONFIG_NR_CPUS 512
#endif
#define NR_CPUS CONFIG_NR_CPUS

struct cpumask {
	uint64_t bits[(NR_CPUS + 63) / 64];
};

extern struct cpumask cpus_possible, cpus_online;
extern unsigned int nr_cpus; /* CPUs found, at most NR_CPUS; numbers below it are possible */

#define for_each_online_cpu(cpu)                                                          \
	for ((cpu) = bitmap_find_next_set(cpus_online.bits, NR_CPUS, 0); (cpu) < NR_CPUS; \
	     (cpu) = bitmap_find_next_set(cpus_online.bits, NR_CPUS, (cpu) + 1))

static inline bool cpu_is_online(unsigned int cpu)
{
	return cpu < NR_CPUS && bitmap_test(cpus_online.bits, cpu);
}

#endif
