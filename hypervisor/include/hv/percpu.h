/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Per-CPU variables: one copy of the .bss.percpu section per CPU, allocated
 * when the CPU comes up, zeroed. percpu_offset[cpu] is added to the address
 * in the section.
 */
#ifndef HV_PERCPU_H
#define HV_PERCPU_H

#include "asm/percpu.h"

#define DEFINE_PER_CPU(type, name) PERCPU_SECTION __typeof__(type) percpu_##name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) percpu_##name
#define this_cpu(name) (*percpu_pointer_this(&percpu_##name))
#define per_cpu(name, cpu) (*percpu_pointer(&percpu_##name, cpu))

#endif
