/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended state of PV vcpus, switched eagerly: a register file never holds
 * another vcpu's secrets. The guest's CR0.TS is real in hardware while its
 * vcpu runs, and so is its XCR0; between two vcpus XCR0 has all components.
 */
#include "asm/cpu_features.h"
#include "asm/irq.h"
#include "asm/pv.h"
#include "asm/xstate.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/perf.h"
#include "hv/string.h"

#define FCW_INITIAL 0x37f
#define MXCSR_INITIAL 0x1f80
#define MXCSR_OFFSET 24

struct xsave_header {
	uint64_t present, compaction, reserved[6];
};

_Static_assert(sizeof(struct xsave_header) == XSAVE_HEADER_BYTES, "struct xsave_header");

int pv_fpu_init_vcpu(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;
	uint16_t fcw = FCW_INITIAL;
	uint32_t mxcsr = MXCSR_INITIAL;
	unsigned int order = xstate_bytes() > PAGE_SIZE ? 2 : 0;

	pv->xsave_area = heap_alloc(order, HEAP_FLAG_DEFAULT);
	if (!pv->xsave_area)
		return -ENOMEM;
	memcpy(pv->xsave_area, &fcw, sizeof(fcw));
	memcpy((char *)pv->xsave_area + MXCSR_OFFSET, &mxcsr, sizeof(mxcsr));
	pv->xcr0 = XCR0_X87;
	/* The legacy area is valid from the start. */
	if (xstate_components())
		*(uint64_t *)((char *)pv->xsave_area + FXSAVE_BYTES) = XCR0_X87 | XCR0_SSE;
	return 0;
}

void pv_fpu_fini_vcpu(struct vcpu *v)
{
	if (v->arch.pv.xsave_area)
		heap_free(v->arch.pv.xsave_area, xstate_bytes() > PAGE_SIZE ? 2 : 0);
	v->arch.pv.xsave_area = NULL;
}

/* Loading a bit that doesn't exist faults. */
static void mxcsr_clean(char *area)
{
	uint32_t mxcsr;

	memcpy(&mxcsr, area + MXCSR_OFFSET, sizeof(mxcsr));
	mxcsr &= xstate_mxcsr_mask();
	memcpy(area + MXCSR_OFFSET, &mxcsr, sizeof(mxcsr));
}

void pv_fpu_install(struct vcpu *v, const void *fxsave)
{
	char *area = v->arch.pv.xsave_area;

	memcpy(area, fxsave, FXSAVE_BYTES);
	mxcsr_clean(area);
}

void pv_fpu_read(const struct vcpu *v, void *to)
{
	memcpy(to, v->arch.pv.xsave_area, xstate_bytes());
}

/* XRSTOR faults on components that aren't enabled, on the compacted form and on any other bit of the header (Intel SDM 1, 13.8). */
static bool header_is_valid(const struct xsave_header *header)
{
	uint64_t rest = header->compaction;

	for (unsigned int i = 0; i < ARRAY_SIZE(header->reserved); i++)
		rest |= header->reserved[i];
	return !rest && !(header->present & ~xstate_components());
}

/* A component that is there must lie in what was given. */
static bool components_fit(uint64_t present, size_t bytes)
{
	return bytes >= xstate_bytes() || !(present & ~(uint64_t)(XCR0_X87 | XCR0_SSE));
}

int pv_fpu_write(struct vcpu *v, const void *from, size_t bytes)
{
	char *area = v->arch.pv.xsave_area;
	struct xsave_header header;

	memcpy(&header, (const char *)from + FXSAVE_BYTES, sizeof(header));
	if (!header_is_valid(&header) || !components_fit(header.present, bytes))
		return -EINVAL;
	memset(area, 0, xstate_bytes());
	memcpy(area, from, bytes);
	mxcsr_clean(area);
	return 0;
}

void pv_fpu_save(struct vcpu *v)
{
	char *area = v->arch.pv.xsave_area;

	__asm__ volatile("clts");
	if (likely(xstate_components())) {
		/* XSAVE keeps what XCR0 names, while the guest changes its SSE registers whatever XCR0 says. */
		if (v->arch.pv.xcr0 != xstate_components())
			xstate_write_xcr0(xstate_components());
		__asm__ volatile("xsave64 (%0)" : : "r"(area), "a"(~0U), "d"(~0U) : "memory");
	} else {
		__asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
	}
}

/* Loads something of ours, so that the pointers to the last x87 instruction and operand are not the former vcpu's. */
static void pointers_forget(void)
{
	static const uint32_t zero;

	__asm__ volatile("fnclex; ffree %%st(7); fildl %0" : : "m"(zero));
}

/* The area came from the hypervisor or was checked when a context was installed: it can't fault. */
void pv_fpu_load(struct vcpu *v)
{
	const struct pv_vcpu *pv = &v->arch.pv;

	PERF_INC(fpu_loads);
	__asm__ volatile("clts");
	if (unlikely(xstate_keeps_pointers()))
		pointers_forget();
	if (likely(xstate_components())) {
		__asm__ volatile("xrstor64 (%0)"
				 :
				 : "r"(pv->xsave_area), "a"(~0U), "d"(~0U)
				 : "memory");
		if (pv->xcr0 != xstate_components())
			xstate_write_xcr0(pv->xcr0);
	} else {
		__asm__ volatile("fxrstor64 (%0)" : : "r"(pv->xsave_area) : "memory");
	}
	if (pv->ctrlreg[0] & CR0_TS)
		write_cr0(read_cr0() | CR0_TS);
}

int64_t hypercall_fpu_taskswitch(uint64_t set)
{
	struct pv_vcpu *pv = &current_vcpu()->arch.pv;

	if (set) {
		pv->ctrlreg[0] |= CR0_TS;
		write_cr0(read_cr0() | CR0_TS);
	} else {
		pv->ctrlreg[0] &= ~CR0_TS;
		__asm__ volatile("clts");
	}
	return 0;
}

void pv_fpu_handle_not_available(struct vcpu *v)
{
	if (!(v->arch.pv.ctrlreg[0] & CR0_TS)) {
		__asm__ volatile("clts");
		return;
	}
	/* The ABI's #NM arrives with TS already clear. */
	hypercall_fpu_taskswitch(0);
	pv_inject_exception(VECTOR_NM, 0);
}

bool pv_xcr0_is_valid(uint64_t value)
{
	if (!xstate_components() || (value & ~xstate_components()) || !(value & XCR0_X87))
		return false;
	if ((value & XCR0_AVX) && !(value & XCR0_SSE))
		return false;
	return !(value & XCR0_AVX512) ||
	       ((value & XCR0_AVX512) == XCR0_AVX512 && (value & XCR0_AVX));
}

/* XSETBV of a guest kernel: -EINVAL when the processor would refuse the value. */
int pv_fpu_set_xcr0(struct vcpu *v, uint64_t value)
{
	if (!pv_xcr0_is_valid(value))
		return -EINVAL;
	v->arch.pv.xcr0 = value;
	xstate_write_xcr0(value);
	return 0;
}
