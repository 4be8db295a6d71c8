/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a PV guest kernel registers: its trap table, callbacks and kernel stack; and its way back, the iret hypercall. */
#include "abi/arch_x86_64.h"
#include "abi/callback.h"
#include "abi/nmi.h"
#include "asm/irq.h"
#include "asm/pv.h"
#include "hv/arch.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/string.h"

#define SELECTOR_LDT 4U
#define RFLAGS_GUEST_FORBIDDEN (RFLAGS_IOPL | RFLAGS_VM)

static uint16_t selector_to_ring3(uint16_t selector)
{
	return selector | 3;
}

/* A code selector that a handler may have: flat, or of the guest's own tables. */
static bool selector_is_allowed(uint16_t selector)
{
	return selector == FLAT_KERNEL_CS64 || (selector & SELECTOR_LDT) ||
	       selector >> 3 < FIRST_RESERVED_GDT_ENTRY;
}

int64_t hypercall_set_trap_table(uint64_t traps)
{
	struct xen_trap_info *table = current_vcpu()->arch.pv.trap_table;

	if (!traps) {
		memset(table, 0, 256 * sizeof(*table));
		return 0;
	}
	for (uint64_t i = 0;; i++) {
		struct xen_trap_info trap;

		if (i && hypercall_is_preempt_due()) {
			uint64_t rest = traps + i * sizeof(trap);

			return hypercall_continue(__HYPERVISOR_set_trap_table, 1, &rest);
		}
		if (guest_copy_from_index(&trap, traps, i, sizeof(trap)))
			return -EFAULT;
		if (!trap.address)
			return 0;
		if (!address_is_canonical(trap.address))
			return -EINVAL;
		trap.cs = selector_to_ring3(trap.cs);
		if (!selector_is_allowed(trap.cs))
			return -EPERM;
		table[trap.vector] = trap;
	}
}

int64_t hypercall_set_callbacks(uint64_t event, uint64_t failsafe, uint64_t syscall)
{
	struct pv_vcpu *pv = &current_vcpu()->arch.pv;

	if (!address_is_canonical(event) || !address_is_canonical(failsafe) ||
	    !address_is_canonical(syscall))
		return -EINVAL;
	pv->event_callback_rip = event;
	pv->failsafe_callback_rip = failsafe;
	pv->syscall_callback_rip = syscall;
	pv->failsafe_masks_events = false;
	pv->syscall_masks_events = false;
	return 0;
}

static int callback_set(struct pv_vcpu *pv, uint16_t type, uint64_t address, bool masks)
{
	switch (type) {
	case CALLBACKTYPE_event:
		pv->event_callback_rip = address;
		return 0;
	case CALLBACKTYPE_failsafe:
		pv->failsafe_callback_rip = address;
		pv->failsafe_masks_events = masks;
		return 0;
	case CALLBACKTYPE_syscall:
		pv->syscall_callback_rip = address;
		pv->syscall_masks_events = masks;
		return 0;
	case CALLBACKTYPE_syscall32:
		pv->syscall32_callback_rip = address;
		pv->syscall32_masks_events = masks;
		return 0;
	case CALLBACKTYPE_sysenter:
		pv->sysenter_callback_rip = address;
		pv->sysenter_masks_events = masks;
		return 0;
	case CALLBACKTYPE_nmi:
		pv->trap_table[VECTOR_NMI] = (struct xen_trap_info){
			.vector = VECTOR_NMI,
			.flags = 4,
			.cs = FLAT_KERNEL_CS64,
			.address = address,
		};
		return 0;
	default:
		return -ENOSYS;
	}
}

static int64_t callback_register(uint64_t argument)
{
	struct xen_callback_register request;

	if (guest_copy_from(&request, argument, sizeof(request)))
		return -EFAULT;
	if (!address_is_canonical(request.address))
		return -EINVAL;
	return callback_set(&current_vcpu()->arch.pv, request.type, request.address,
			    request.flags & CALLBACKF_mask_events);
}

static int64_t callback_unregister(uint64_t argument)
{
	struct xen_callback_unregister request;

	if (guest_copy_from(&request, argument, sizeof(request)))
		return -EFAULT;
	switch (request.type) {
	case CALLBACKTYPE_event:
	case CALLBACKTYPE_failsafe:
	case CALLBACKTYPE_syscall:
	case CALLBACKTYPE_syscall32:
	case CALLBACKTYPE_sysenter:
		return -EINVAL;
	case CALLBACKTYPE_nmi:
		current_vcpu()->arch.pv.trap_table[VECTOR_NMI].address = 0;
		return 0;
	default:
		return -ENOSYS;
	}
}

int64_t hypercall_callback_op(uint64_t command, uint64_t argument)
{
	switch (command) {
	case CALLBACKOP_register:
		return callback_register(argument);
	case CALLBACKOP_unregister:
		return callback_unregister(argument);
	default:
		return -ENOSYS;
	}
}

int64_t hypercall_nmi_op(uint64_t command, uint64_t argument)
{
	struct xen_xennmi_callback request;
	struct pv_vcpu *pv = &current_vcpu()->arch.pv;

	switch (command) {
	case XENNMI_register_callback:
		if (guest_copy_from(&request, argument, sizeof(request)))
			return -EFAULT;
		if (!address_is_canonical(request.handler_address))
			return -EINVAL;
		return callback_set(pv, CALLBACKTYPE_nmi, request.handler_address, true);
	case XENNMI_unregister_callback:
		pv->trap_table[VECTOR_NMI].address = 0;
		return 0;
	default:
		return -ENOSYS;
	}
}

int64_t hypercall_stack_switch(uint64_t ss, uint64_t sp)
{
	struct pv_vcpu *pv = &current_vcpu()->arch.pv;

	pv->kernel_ss = selector_to_ring3((uint16_t)ss);
	pv->kernel_sp = sp;
	return 0;
}

static void nmi_end(struct pv_vcpu *pv)
{
	pv->nmi_in_progress = false;
	if (pv->nmi_is_latched)
		__atomic_store_n(&pv->bounce.nmi_pending, 1, __ATOMIC_RELEASE);
	pv->nmi_is_latched = false;
}

int64_t hypercall_iret(void)
{
	struct vcpu *v = current_vcpu();
	struct registers *r = guest_registers();
	struct xen_iret_context frame;
	bool to_user;

	if (unlikely(guest_copy_from_inline(&frame, r->rsp, sizeof(frame)))) {
		domain_crash(v->domain, "iret: no frame at stack %lx", r->rsp);
		return 0;
	}
	to_user = (frame.cs & 3) == 3;
	if (to_user && unlikely(!v->arch.pv.user_root.n)) {
		domain_crash(v->domain, "iret to user mode without user page tables");
		return 0;
	}
	if (v->domain->vm_assist & 1UL << VMASST_TYPE_architectural_iopl)
		v->arch.pv.iopl = frame.rflags & RFLAGS_IOPL;
	r->rip = frame.rip;
	r->cs = (uint16_t)(frame.cs | 3);
	r->rflags = (frame.rflags & ~RFLAGS_GUEST_FORBIDDEN) | RFLAGS_IF | 2;
	r->rsp = frame.rsp;
	r->ss = (uint16_t)(frame.ss | 3);
	r->entry_vector = ENTRY_SYSCALL;
	if (!(frame.flags & VGCF_in_syscall)) {
		r->entry_vector = 0;
		r->r11 = frame.r11;
		r->rcx = frame.rcx;
	}
	v->info->evtchn_upcall_mask = !(frame.rflags & RFLAGS_IF);
	if (unlikely(v->arch.pv.nmi_in_progress))
		nmi_end(&v->arch.pv);
	if (to_user)
		pv_toggle_mode(v);
	return (int64_t)frame.rax;
}
