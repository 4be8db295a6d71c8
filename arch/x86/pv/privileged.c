/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Privileged instructions of PV guest kernels, which run in ring 3 and fault
 * with #GP; and CPUID behind the forced-emulation prefix. What isn't in the
 * table below stays a #GP for the guest.
 */
#include "abi/arch_x86_64.h"
#include "asm/cpu_policy.h"
#include "asm/irq.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/sched.h"
#include "hv/string.h"
#include "instruction.h"

enum instruction_outcome { OUTCOME_DONE, OUTCOME_FAULT, OUTCOME_CONTINUES };

static enum instruction_outcome emulate_clts(struct registers *r, struct instruction *in)
{
	(void)r;
	(void)in;
	return hypercall_fpu_taskswitch(0) ? OUTCOME_FAULT : OUTCOME_DONE;
}

static enum instruction_outcome emulate_cache_flush(struct registers *r, struct instruction *in)
{
	(void)r;
	(void)in;
	/* Only a domain that maps device memory can have reason to. */
	if (current_vcpu()->domain->is_hardware)
		__asm__ volatile("wbinvd");
	return OUTCOME_DONE;
}

static enum instruction_outcome emulate_read_msr(struct registers *r, struct instruction *in)
{
	uint64_t value;

	(void)in;
	if (pv_msr_read(current_vcpu(), (uint32_t)r->rcx, &value))
		return OUTCOME_FAULT;
	r->rax = (uint32_t)value;
	r->rdx = value >> 32;
	return OUTCOME_DONE;
}

static enum instruction_outcome emulate_write_msr(struct registers *r, struct instruction *in)
{
	uint64_t value = (uint32_t)r->rax | r->rdx << 32;

	(void)in;
	return pv_msr_write(current_vcpu(), (uint32_t)r->rcx, value) ? OUTCOME_FAULT : OUTCOME_DONE;
}

static enum instruction_outcome emulate_cpuid(struct registers *r, struct instruction *in)
{
	struct cpuid_result result = cpu_policy_read(current_vcpu(), (uint32_t)r->rax,
						     (uint32_t)r->rcx);

	(void)in;
	r->rax = result.eax;
	r->rbx = result.ebx;
	r->rcx = result.ecx;
	r->rdx = result.edx;
	return OUTCOME_DONE;
}

static enum instruction_outcome emulate_read_tsc(struct registers *r, struct instruction *in)
{
	uint64_t tsc = read_tsc();

	(void)in;
	r->rax = (uint32_t)tsc;
	r->rdx = tsc >> 32;
	return OUTCOME_DONE;
}

/* MOV to and from control and debug registers: the register form whatever mod says. */
static bool decode_special_register(struct instruction *in, unsigned int *special,
				    unsigned int *general)
{
	if (!instruction_next(in, &in->modrm))
		return false;
	*special = (in->modrm >> 3 & 7) | (in->rex & 4) << 1;
	*general = (in->modrm & 7) | (in->rex & 1) << 3;
	return true;
}

static bool control_read(struct vcpu *v, unsigned int nr, uint64_t *value)
{
	const struct pv_vcpu *pv = &v->arch.pv;

	switch (nr) {
	case 0:
		*value = pv->ctrlreg[0];
		return true;
	case 2:
		*value = v->info->arch.cr2;
		return true;
	case 3:
		*value = xen_pfn_to_cr3(pv->kernel_root.n);
		return true;
	case 4:
		*value = pv->ctrlreg[4];
		return true;
	default:
		return false;
	}
}

/* PV kernels write what they would set on bare metal: bits that aren't theirs to choose stay as they are. */
static enum instruction_outcome control_write_cr4(struct vcpu *v, uint64_t value)
{
	v->arch.pv.ctrlreg[4] = pv_cr4_of_guest(value);
	pv_load_cr4(v);
	return OUTCOME_DONE;
}

static enum instruction_outcome control_write(struct vcpu *v, unsigned int nr, uint64_t value)
{
	int error;

	switch (nr) {
	case 0:
		if ((value ^ v->arch.pv.ctrlreg[0]) & ~CR0_TS)
			return OUTCOME_FAULT;
		(void)hypercall_fpu_taskswitch(value & CR0_TS);
		return OUTCOME_DONE;
	case 2:
		v->info->arch.cr2 = value;
		return OUTCOME_DONE;
	case 3:
		error = pv_mmu_switch_kernel_root(v, mfn_from(xen_cr3_to_pfn(value)));
		if (error == -ERESTART)
			return OUTCOME_CONTINUES;
		return error ? OUTCOME_FAULT : OUTCOME_DONE;
	case 4:
		return control_write_cr4(v, value);
	default:
		return OUTCOME_FAULT;
	}
}

static enum instruction_outcome emulate_read_control(struct registers *r, struct instruction *in)
{
	unsigned int special, general;
	uint64_t value;

	if (!decode_special_register(in, &special, &general) ||
	    !control_read(current_vcpu(), special, &value))
		return OUTCOME_FAULT;
	*instruction_register(r, general) = value;
	return OUTCOME_DONE;
}

static enum instruction_outcome emulate_write_control(struct registers *r, struct instruction *in)
{
	unsigned int special, general;

	if (!decode_special_register(in, &special, &general))
		return OUTCOME_FAULT;
	return control_write(current_vcpu(), special, *instruction_register(r, general));
}

/* An answer of get_debugreg could be taken for an error or the other way round. */
static bool debug_register_exists(unsigned int nr)
{
	bool is_alias = nr == 4 || nr == 5;

	return nr <= 7 && !(is_alias && (current_vcpu()->arch.pv.ctrlreg[4] & CR4_DE));
}

static enum instruction_outcome emulate_read_debug(struct registers *r, struct instruction *in)
{
	unsigned int special, general;

	if (!decode_special_register(in, &special, &general) || !debug_register_exists(special))
		return OUTCOME_FAULT;
	*instruction_register(r, general) = hypercall_get_debugreg(special);
	return OUTCOME_DONE;
}

static enum instruction_outcome emulate_write_debug(struct registers *r, struct instruction *in)
{
	unsigned int special, general;

	if (!decode_special_register(in, &special, &general))
		return OUTCOME_FAULT;
	if (hypercall_set_debugreg(special, *instruction_register(r, general)))
		return OUTCOME_FAULT;
	return OUTCOME_DONE;
}

/* 0F 01: LMSW of a register (may only change TS), XSETBV, RDTSCP; INVLPG would need an effective address. */
static enum instruction_outcome emulate_group7(struct registers *r, struct instruction *in)
{
	struct vcpu *v = current_vcpu();

	if (!instruction_next(in, &in->modrm))
		return OUTCOME_FAULT;
	if (in->modrm == 0xd1) {
		uint64_t value = (uint32_t)r->rax | r->rdx << 32;

		if ((uint32_t)r->rcx || pv_fpu_set_xcr0(v, value))
			return OUTCOME_FAULT;
		return OUTCOME_DONE;
	}
	if (in->modrm == 0xf9) {
		r->rcx = (uint32_t)v->arch.pv.msr_tsc_aux;
		return emulate_read_tsc(r, in);
	}
	if (in->modrm >> 6 == 3 && (in->modrm >> 3 & 7) == 6) {
		uint64_t value = *instruction_register(r, (in->modrm & 7) | (in->rex & 1) << 3);

		value = (v->arch.pv.ctrlreg[0] & ~0xfUL) | (value & 0xf) | 1;
		return control_write(v, 0, value);
	}
	return OUTCOME_FAULT;
}

/* CLI, STI: the real flag is never the guest's; a kernel with IOPL may execute them without effect. */
static enum instruction_outcome emulate_interrupt_flag(struct registers *r, struct instruction *in)
{
	(void)r;
	(void)in;
	return current_vcpu()->arch.pv.iopl ? OUTCOME_DONE : OUTCOME_FAULT;
}

static enum instruction_outcome (*const one_byte[256])(struct registers *r,
						       struct instruction *in) = {
	[0xfa] = emulate_interrupt_flag,
	[0xfb] = emulate_interrupt_flag,
};

static enum instruction_outcome (*const two_byte[256])(struct registers *r,
						       struct instruction *in) = {
	[0x01] = emulate_group7,	[0x06] = emulate_clts,	       [0x08] = emulate_cache_flush,
	[0x09] = emulate_cache_flush,	[0x20] = emulate_read_control, [0x21] = emulate_read_debug,
	[0x22] = emulate_write_control, [0x23] = emulate_write_debug,  [0x30] = emulate_write_msr,
	[0x31] = emulate_read_tsc,	[0x32] = emulate_read_msr,     [0xa2] = emulate_cpuid,
};

bool pv_emulate_privileged(struct registers *r)
{
	struct instruction in;
	enum instruction_outcome (*handler)(struct registers * r, struct instruction * in);
	enum instruction_outcome outcome;

	if (!instruction_fetch(r, &in))
		return false;
	if (port_io_emulate(r, &in))
		return true;
	if (!current_vcpu()->arch.pv.in_kernel)
		return false;
	handler = in.is_two_byte ? two_byte[in.opcode] : one_byte[in.opcode];
	if (!handler)
		return false;
	outcome = handler(r, &in);
	if (outcome == OUTCOME_DONE)
		r->rip += in.length;
	return outcome != OUTCOME_FAULT;
}

/* 0f 0b 'x' 'e' 'n' 0f a2, little-endian from the first and to the last byte. */
#define FORCED_CPUID_HEAD 0x65780b0fU
#define FORCED_CPUID_TAIL 0xa20f6e65U
#define FORCED_CPUID_BYTES 7

/* UD2 "xen" in front of CPUID: asks for the emulated one. */
bool pv_emulate_invalid_opcode(struct registers *r)
{
	uint32_t head, tail; /* they share a byte */

	if (guest_copy_from_inline(&head, r->rip, sizeof(head)) || head != FORCED_CPUID_HEAD ||
	    guest_copy_from_inline(&tail, r->rip + FORCED_CPUID_BYTES - sizeof(tail),
				   sizeof(tail)) ||
	    tail != FORCED_CPUID_TAIL)
		return false;
	(void)emulate_cpuid(r, NULL);
	r->rip += FORCED_CPUID_BYTES;
	return true;
}
