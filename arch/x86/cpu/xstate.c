/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which components of extended state this machine has and we enable (Intel SDM 1, chapter 13). */
#include "asm/xstate.h"

#include "asm/cpu_features.h"
#include "asm/processor.h"
#include "hv/string.h"

#define XSTATE_LEAF 0xd
#define MXCSR_MASK_OFFSET 28
#define MXCSR_MASK_DEFAULT 0xffbf /* where the processor doesn't say (Intel SDM 1, 11.6.6) */
#define XCR0_OFFERED (XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512)

static uint64_t components; /* that we enable; 0: no XSAVE */
static uint32_t state_bytes = FXSAVE_BYTES;
static uint32_t mxcsr_mask;

void xstate_write_xcr0(uint64_t value)
{
	__asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

uint64_t xstate_components(void)
{
	return components;
}

uint32_t xstate_bytes(void)
{
	return state_bytes;
}

bool xstate_keeps_pointers(void)
{
	return cpu_host.vendor == CPU_VENDOR_AMD && !cpu_has(FEATURE_RSTR_FP_ERR_PTRS);
}

uint32_t xstate_mxcsr_mask(void)
{
	return mxcsr_mask;
}

/* At start-up: later a guest's CR0.TS may be set, and FXSAVE fault. */
static void mxcsr_mask_read(void)
{
	static uint8_t image[FXSAVE_BYTES] aligned_to(64);

	__asm__ volatile("fxsave64 %0" : "=m"(image));
	memcpy(&mxcsr_mask, image + MXCSR_MASK_OFFSET, sizeof(mxcsr_mask));
	if (!mxcsr_mask)
		mxcsr_mask = MXCSR_MASK_DEFAULT;
}

static uint64_t xstate_supported(void)
{
	struct cpuid_result leaf = cpuid_read(XSTATE_LEAF, 0);
	uint64_t supported = (leaf.eax | (uint64_t)leaf.edx << 32) & XCR0_OFFERED;

	if (!(supported & XCR0_AVX) || (supported & XCR0_AVX512) != XCR0_AVX512)
		supported &= ~XCR0_AVX512;
	return supported;
}

/* Each CPU, after CR4.OSXSAVE was set. */
void xstate_init_cpu(void)
{
	write_cr0((read_cr0() & ~(CR0_TS | CR0_EM)) | CR0_MP | CR0_NE);
	if (!mxcsr_mask)
		mxcsr_mask_read();
	if (!cpu_has(FEATURE_XSAVE))
		return;
	if (!components)
		components = xstate_supported();
	xstate_write_xcr0(components);
	state_bytes = MAX(cpuid_read(XSTATE_LEAF, 0).ebx, FXSAVE_BYTES + XSAVE_HEADER_BYTES);
}
