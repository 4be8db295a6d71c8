/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Software counters, a copy per CPU; read and reset by the control domain. An
 * increment is a single instruction on this CPU's copy: any context. Only where
 * the work around it takes hundreds of instructions.
 */
#ifndef HV_PERF_H
#define HV_PERF_H

#include "hv/percpu.h"
#include "hv/types.h"

/* Index of each row's first value. */
enum perf_index {
#define PERF_COUNTER(name, text) PERF_##name, PERF_##name##_last = PERF_##name,
#define PERF_ARRAY(name, nr, text) PERF_##name, PERF_##name##_last = PERF_##name + (nr)-1,
#include "hv/perf_counters.def"
#undef PERF_COUNTER
#undef PERF_ARRAY
	NR_PERF_VALUES
};

struct perf_values {
	uint32_t value[NR_PERF_VALUES];
};

#if defined(CONFIG_PERF_COUNTERS) && !defined(TRESTLE_HOST)
DECLARE_PER_CPU(struct perf_values, perf_values);
#define PERF_ADD(name, n) (this_cpu(perf_values).value[PERF_##name] += (uint32_t)(n))
#define PERF_INC_AT(name, index) (this_cpu(perf_values).value[PERF_##name + (index)]++)
#else
#define PERF_ADD(name, n) ((void)0)
#define PERF_INC_AT(name, index) ((void)0)
#endif
#define PERF_INC(name) PERF_ADD(name, 1)

#endif
