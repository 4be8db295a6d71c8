/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace records (abi/trace.h): one ring a CPU, written by that CPU only, with
 * interrupts off; a tool in the control domain reads. Off, an event costs the
 * test of trace_is_on. The tool's half of a ring may hold anything: what makes
 * no sense ends tracing.
 */
#ifndef HV_TRACE_H
#define HV_TRACE_H

#include "abi/trace.h"
#include "hv/cpu.h"
#include "hv/types.h"

extern bool trace_is_on;

/* Leaves a record with that many bytes of data, a multiple of 4 and at most 28, when events and CPUs of the kind are wanted. Any
 * context but NMIs. */
void trace_write(uint32_t event, const void *data, unsigned int bytes);

/* The ring of a CPU: a head and the room behind it. Once, before tracing is on. */
void trace_set_ring(unsigned int cpu, struct xen_t_buf *ring, uint32_t bytes);
/* Called soon after a ring got half full, in softirq context. Before tracing is on. */
void trace_set_notify(void (*notify)(void));
void trace_set_on(bool on);
uint32_t trace_get_events(void);
/* Bits of classes and subclasses, as in an event's number. */
void trace_set_events(uint32_t mask);
void trace_set_cpus(const struct cpumask *cpus);

/* The same with nr words of 32 bits, at most 7. */
void trace_words(uint32_t event, unsigned int nr, ...);

/* With words of 32 bits for data; what it costs when tracing is off is the test. */
#define TRACE(event, ...)                                                                 \
	do {                                                                              \
		if (unlikely(READ_ONCE(trace_is_on)))                                     \
			trace_words(event, ARRAY_SIZE(((const uint32_t[]){__VA_ARGS__})), \
				    __VA_ARGS__);                                         \
	} while (0)

/* Two words of a 64-bit value. */
#define TRACE_64(value) (uint32_t)(value), (uint32_t)((uint64_t)(value) >> 32)

#endif
