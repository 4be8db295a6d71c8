/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Extended processor state: the components that exist and are enabled, the same on every CPU. */
#ifndef ASM_XSTATE_H
#define ASM_XSTATE_H

#include "hv/types.h"

#define FXSAVE_BYTES 512
#define XSAVE_HEADER_BYTES 64
#define XSAVE_MIN_BYTES (FXSAVE_BYTES + XSAVE_HEADER_BYTES)
#define XCR0_X87 1UL
#define XCR0_SSE 2UL
#define XCR0_AVX 4UL
#define XCR0_AVX512 0xe0UL

/* Each CPU, after CR4.OSXSAVE was set: CR0 and XCR0. */
void xstate_init_cpu(void);
/* XCR0 bits; 0: the processor has no XSAVE. */
uint64_t xstate_components(void);
/* FXRSTOR and XRSTOR leave the x87 pointers alone when no exception is pending (AMD64 APM 2, 11.4.4). */
bool xstate_keeps_pointers(void);
/* Bits of MXCSR that exist. */
uint32_t xstate_mxcsr_mask(void);
/* Bytes of a whole state in the standard format. */
uint32_t xstate_bytes(void);
/* Faults on a value that the processor refuses: callers have checked it. */
void xstate_write_xcr0(uint64_t value);

#endif
