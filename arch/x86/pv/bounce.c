/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions, events and system calls on their way into a PV guest kernel: a
 * request is noted in the vcpu's bounce record, and the exit path builds the
 * frame on the guest kernel's stack. The frame's form is the ABI's for 64-bit
 * guests: rcx, r11, [ds, es, fs, gs,] [error code,] rip, cs with the saved
 * upcall mask in bits 32-39, rflags, rsp, ss.
 */
#include "abi/arch_x86_64.h"
#include "asm/irq.h"
#include "asm/pv.h"
#include "hv/arch.h"
#include "hv/event.h"
#include "hv/guest_access.h"
#include "hv/string.h"

#define STACK_ALIGNMENT 16
#define RFLAGS_CLEARED_ON_ENTRY \
	(RFLAGS_TF | RFLAGS_VM | RFLAGS_RF | RFLAGS_NT | RFLAGS_IOPL | RFLAGS_AC)

/* Vectors whose frames carry an error code: #DF, #TS, #NP, #SS, #GP, #PF, #AC. */
#define ERROR_CODE_VECTORS                                                                         \
	(1U << VECTOR_DF | 1U << VECTOR_TS | 1U << VECTOR_NP | 1U << VECTOR_SS | 1U << VECTOR_GP | \
	 1U << VECTOR_PF | 1U << VECTOR_AC)

static void bounce_request(struct vcpu *v, uint64_t rip, uint16_t cs, uint8_t flags)
{
	struct trap_bounce *bounce = &v->arch.pv.bounce;

	bounce->rip = rip;
	bounce->cs = cs;
	bounce->flags = flags | TRAP_BOUNCE_PENDING;
}

static void bounce_request_trap(struct vcpu *v, uint8_t vector, uint8_t flags)
{
	const struct xen_trap_info *trap = &v->arch.pv.trap_table[vector];

	if (TI_GET_IF(trap))
		flags |= TRAP_BOUNCE_MASK_EVENTS;
	bounce_request(v, trap->address, trap->cs, flags);
}

/* False: there is no handler, and no more domain. */
static always_inline bool bounce_request_exception(struct vcpu *v, uint32_t vector,
						   uint32_t error_code)
{
	bool has_code = ERROR_CODE_VECTORS & 1U << vector;

	if (unlikely(!v->arch.pv.trap_table[vector].address)) {
		domain_crash(v->domain, "no handler for exception %u at %lx, error code %x", vector,
			     guest_registers()->rip, error_code);
		return false;
	}
	v->arch.pv.bounce.error_code = error_code;
	bounce_request_trap(v, (uint8_t)vector, has_code ? TRAP_BOUNCE_ERROR_CODE : 0);
	return true;
}

void pv_inject_exception(uint32_t vector, uint32_t error_code)
{
	(void)bounce_request_exception(current_vcpu(), vector, error_code);
}

static always_inline bool bounce_request_page_fault(struct vcpu *v, uint64_t address,
						    uint32_t error_code)
{
	v->info->arch.cr2 = address;
	/* The guest kernel runs in ring 3 as well: its own faults look like a kernel's. */
	if (v->arch.pv.in_kernel)
		error_code &= ~4U;
	return bounce_request_exception(v, VECTOR_PF, error_code);
}

void pv_inject_page_fault(uint64_t address, uint32_t error_code)
{
	(void)bounce_request_page_fault(current_vcpu(), address, error_code);
}

bool pv_software_interrupt(struct registers *r, uint8_t vector, bool skips)
{
	struct vcpu *v = current_vcpu();
	const struct xen_trap_info *trap = &v->arch.pv.trap_table[vector];
	unsigned int level = v->arch.pv.in_kernel ? 1 : 3;

	if (!trap->address || TI_GET_DPL(trap) < level)
		return false;
	if (skips)
		r->rip += 2;
	bounce_request_trap(v, vector, 0);
	return true;
}

static void bounce_request_failsafe(struct vcpu *v, const struct registers *r, uint8_t flags)
{
	const struct pv_vcpu *pv = &v->arch.pv;

	if (!pv->failsafe_callback_rip) {
		domain_crash(v->domain,
			     "bad selector on the way to %x:%lx and no failsafe callback", r->cs,
			     r->rip);
		return;
	}
	bounce_request(v, pv->failsafe_callback_rip, FLAT_KERNEL_CS64,
		       flags | TRAP_BOUNCE_FAILSAFE |
			       (pv->failsafe_masks_events ? TRAP_BOUNCE_MASK_EVENTS : 0));
}

void pv_iret_failed(struct registers *r)
{
	bounce_request_failsafe(current_vcpu(), r, 0);
}

void pv_segment_load_failed(struct vcpu *v)
{
	const struct pv_vcpu *pv = &v->arch.pv;
	const uint16_t wanted[] = {pv->ds, pv->es, pv->fs, pv->gs};

	memcpy(v->arch.pv.bounce.selectors, wanted, sizeof(wanted));
	bounce_request_failsafe(v, &v->arch.registers, TRAP_BOUNCE_SELECTORS);
}

#define FRAME_WORDS 7 /* beside an error code and selectors */

/* The last five words, as the processor would have them. */
static always_inline bool frame_write_tail(const struct vcpu *v, const struct registers *r,
					   bool from_kernel, uint64_t to)
{
	uint64_t mask = v->info->evtchn_upcall_mask;
	uint64_t rflags = r->rflags & ~(RFLAGS_IF | RFLAGS_IOPL);

	if (v->domain->vm_assist & 1UL << VMASST_TYPE_architectural_iopl)
		rflags |= v->arch.pv.iopl;
	if (!mask)
		rflags |= RFLAGS_IF;
	return guest_store64(to, r->rip) &&
	       guest_store64(to + 8, (from_kernel ? r->cs & ~3U : r->cs) | mask << 32) &&
	       guest_store64(to + 16, rflags) && guest_store64(to + 24, r->rsp) &&
	       guest_store64(to + 32, r->ss);
}

/* Above rcx and r11. */
static never_inline bool frame_write_selectors(const struct trap_bounce *bounce, uint64_t to)
{
	uint16_t now[4];
	const uint16_t *selectors = now;
	uint64_t words[4];

	__asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
			 : "=r"(now[0]), "=r"(now[1]), "=r"(now[2]), "=r"(now[3]));
	if (bounce->flags & TRAP_BOUNCE_SELECTORS)
		selectors = bounce->selectors;
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++)
		words[i] = selectors[i];
	return guest_copy_to(to, words, sizeof(words)) == 0;
}

/* Below sp, which becomes the frame's address; false: it faulted. All words lie so close that one clamp serves for them. */
static always_inline bool frame_write(const struct vcpu *v, const struct registers *r,
				      bool from_kernel, uint64_t *sp)
{
	const struct trap_bounce *bounce = &v->arch.pv.bounce;
	unsigned int extra = 0;
	uint64_t to;

	if (bounce->flags & TRAP_BOUNCE_ERROR_CODE)
		extra = 8;
	if (unlikely(bounce->flags & TRAP_BOUNCE_FAILSAFE))
		extra = 32;
	*sp -= FRAME_WORDS * 8 + extra;
	to = guest_address_clamp(*sp);
	if (unlikely(!guest_store64(to, r->rcx) || !guest_store64(to + 8, r->r11)))
		return false;
	if (extra == 8 && unlikely(!guest_store64(to + 16, bounce->error_code)))
		return false;
	if (unlikely(extra == 32) && !frame_write_selectors(bounce, to + 16))
		return false;
	return likely(frame_write_tail(v, r, from_kernel, to + 16 + extra));
}

static always_inline void bounce_deliver(struct vcpu *v)
{
	struct registers *r = guest_registers();
	struct trap_bounce *bounce = &v->arch.pv.bounce;
	bool from_kernel = v->arch.pv.in_kernel;
	uint64_t sp = r->rsp;

	if (!from_kernel) {
		sp = v->arch.pv.kernel_sp;
		pv_toggle_mode(v);
	}
	sp &= ~(uint64_t)(STACK_ALIGNMENT - 1);
	if (unlikely(!bounce->rip || !frame_write(v, r, from_kernel, &sp))) {
		domain_crash(v->domain, "can't deliver to handler %lx at %lx, stack %lx or %lx",
			     bounce->rip, r->rip, r->rsp, v->arch.pv.kernel_sp);
		bounce->flags = 0;
		return;
	}
	if (bounce->flags & TRAP_BOUNCE_MASK_EVENTS)
		v->info->evtchn_upcall_mask = 1;
	r->rip = bounce->rip;
	r->cs = bounce->cs;
	r->ss = FLAT_KERNEL_SS64;
	r->rsp = sp;
	r->rflags = (r->rflags & ~RFLAGS_CLEARED_ON_ENTRY) | RFLAGS_IF;
	r->entry_vector = ENTRY_SYSCALL;
	bounce->flags = 0;
}

void pv_deliver_bounce(struct vcpu *v)
{
	bounce_deliver(v);
}

void pv_deliver_exception(uint32_t vector, uint32_t error_code)
{
	struct vcpu *v = current_vcpu();

	if (likely(bounce_request_exception(v, vector, error_code)))
		bounce_deliver(v);
}

void pv_deliver_page_fault(uint64_t address, uint32_t error_code)
{
	struct vcpu *v = current_vcpu();

	if (likely(bounce_request_page_fault(v, address, error_code)))
		bounce_deliver(v);
}

void pv_syscall_from_user(struct registers *r)
{
	struct vcpu *v = current_vcpu();
	const struct pv_vcpu *pv = &v->arch.pv;
	bool is_64bit = r->cs == FLAT_RING3_CS64;
	bool masks = is_64bit ? pv->syscall_masks_events : pv->syscall32_masks_events;
	uint64_t rip = is_64bit ? pv->syscall_callback_rip : pv->syscall32_callback_rip;

	if (unlikely(!rip)) {
		pv_inject_exception(VECTOR_UD, 0);
		return;
	}
	bounce_request(v, rip, FLAT_KERNEL_CS64, masks ? TRAP_BOUNCE_MASK_EVENTS : 0);
	bounce_deliver(v);
}

/* Without a callback the instruction faults, as it does where no entry is set. */
void pv_sysenter(struct registers *r)
{
	struct vcpu *v = current_vcpu();
	const struct pv_vcpu *pv = &v->arch.pv;

	(void)r;
	if (pv->in_kernel || !pv->sysenter_callback_rip) {
		pv_inject_exception(VECTOR_GP, 0);
		return;
	}
	bounce_request(v, pv->sysenter_callback_rip, FLAT_KERNEL_CS64,
		       pv->sysenter_masks_events ? TRAP_BOUNCE_MASK_EVENTS : 0);
	bounce_deliver(v);
}

static void pv_deliver_nmi(struct vcpu *v)
{
	__atomic_exchange_n(&v->arch.pv.bounce.nmi_pending, 0, __ATOMIC_ACQUIRE);
	if (v->arch.pv.nmi_in_progress) {
		v->arch.pv.nmi_is_latched = true;
	} else if (v->arch.pv.trap_table[VECTOR_NMI].address) {
		v->arch.pv.nmi_in_progress = true;
		bounce_request_trap(v, VECTOR_NMI, TRAP_BOUNCE_MASK_EVENTS);
		pv_deliver_bounce(v);
	}
}

void pv_exit_work(void)
{
	struct vcpu *v = current_vcpu();

	if (v->arch.pv.bounce.flags)
		pv_deliver_bounce(v);
	if (unlikely(v->arch.pv.bounce.nmi_pending))
		pv_deliver_nmi(v);
	if (!event_is_upcall_due(v))
		return;
	if (unlikely(!v->arch.pv.event_callback_rip)) {
		domain_crash(v->domain, "an event is due and there is no event callback");
		return;
	}
	bounce_request(v, v->arch.pv.event_callback_rip, FLAT_KERNEL_CS64, TRAP_BOUNCE_MASK_EVENTS);
	pv_deliver_bounce(v);
}
