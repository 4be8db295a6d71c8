/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl: whole contexts of vcpus, installed by a builder and read by who saves or looks at a guest. */
#include "hv/domctl.h"

#include "abi/arch_x86_64.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "asm/xstate.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/sched.h"
#include "hv/string.h"

/* The domain is paused. */
static int context_install(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	int rc = pv_vcpu_install(v, context);

	if (rc)
		return rc;
	if (v->id == 0)
		vm_assist_install(v->domain, context->vm_assist);
	vcpu_set_initialised(v);
	if (context->flags & VGCF_online)
		return vcpu_bring_up(v);
	__atomic_or_fetch(&v->pause_flags, VCPU_PAUSED_DOWN, __ATOMIC_SEQ_CST);
	return 0;
}

/* Back to what it was when it was made, but for its place: no tables, down. */
static int context_drop(struct vcpu *v)
{
	int rc = pv_mmu_drop_roots(v);

	if (rc)
		return rc;
	__atomic_or_fetch(&v->pause_flags, VCPU_PAUSED_DOWN, __ATOMIC_SEQ_CST);
	__atomic_store_n(&v->is_initialised, false, __ATOMIC_RELEASE);
	return 0;
}

static int paused_run(struct vcpu *v, const struct xen_vcpu_guest_context *context)
{
	int rc;

	domain_pause(v->domain);
	rc = context ? context_install(v, context) : context_drop(v);
	domain_unpause(v->domain);
	return rc;
}

int domctl_setvcpucontext(struct domctl_call *call)
{
	uint64_t address = call->op.u.vcpucontext.ctxt;
	struct vcpu *v = domctl_find_vcpu(call, call->op.u.vcpucontext.vcpu);
	struct xen_vcpu_guest_context *context;
	int rc;

	if (!v || call->d == current_vcpu()->domain || domain_is_dying(call->d))
		return -EINVAL;
	if (!address)
		return paused_run(v, NULL);
	context = object_alloc(sizeof(*context));
	if (!context)
		return -ENOMEM;
	rc = guest_copy_from(context, address, sizeof(*context));
	if (!rc)
		rc = paused_run(v, context);
	object_free(context);
	return rc;
}

static void registers_read(const struct vcpu *v, struct xen_vcpu_guest_context *context)
{
	const struct pv_vcpu *pv = &v->arch.pv;
	struct xen_cpu_user_regs *to = &context->user_regs;

	memcpy(to, &v->arch.registers, sizeof(v->arch.registers));
	to->error_code = 0;
	to->entry_vector = 0;
	to->rflags |= pv->iopl;
	to->ds = pv->ds;
	to->es = pv->es;
	to->fs = pv->fs;
	to->gs = pv->gs;
	context->fs_base = pv->fs_base;
	context->gs_base_kernel = pv->gs_base_kernel;
	context->gs_base_user = pv->gs_base_user;
	context->kernel_ss = pv->kernel_ss;
	context->kernel_sp = pv->kernel_sp;
	memcpy(context->fpu_ctxt.x, pv->xsave_area, FXSAVE_BYTES);
}

static uint64_t flags_read(const struct vcpu *v)
{
	const struct pv_vcpu *pv = &v->arch.pv;
	uint64_t flags = VGCF_i387_valid;

	if (pv->in_kernel)
		flags |= VGCF_in_kernel;
	if (pv->failsafe_masks_events)
		flags |= VGCF_failsafe_disables_events;
	if (pv->syscall_masks_events)
		flags |= VGCF_syscall_disables_events;
	if (!(READ_ONCE(v->pause_flags) & VCPU_PAUSED_DOWN))
		flags |= VGCF_online;
	return flags;
}

static void tables_read(const struct vcpu *v, struct xen_vcpu_guest_context *context)
{
	const struct pv_vcpu *pv = &v->arch.pv;

	for (unsigned int i = 0; i < PV_GDT_PAGES; i++)
		context->gdt_frames[i] = pv->gdt_frames[i].n;
	context->gdt_ents = pv->gdt_entries;
	context->ldt_base = pv->ldt_base;
	context->ldt_ents = pv->ldt_entries;
	context->ctrlreg[0] = pv->ctrlreg[0];
	context->ctrlreg[1] = xen_pfn_to_cr3(pv->user_root.n);
	context->ctrlreg[3] = xen_pfn_to_cr3(pv->kernel_root.n);
	context->ctrlreg[4] = pv->ctrlreg[4];
	memcpy(context->debugreg, pv->debugreg, sizeof(context->debugreg));
	memcpy(context->trap_ctxt, pv->trap_table, sizeof(context->trap_ctxt));
	context->event_callback_eip = pv->event_callback_rip;
	context->failsafe_callback_eip = pv->failsafe_callback_rip;
	context->syscall_callback_eip = pv->syscall_callback_rip;
}

int domctl_getvcpucontext(struct domctl_call *call)
{
	uint32_t id = call->op.u.vcpucontext.vcpu;
	struct vcpu *v = domctl_find_vcpu(call, id);
	struct xen_vcpu_guest_context *context;
	int rc;

	if (id >= call->d->max_vcpus || v == current_vcpu())
		return -EINVAL;
	if (!v)
		return -ESRCH;
	if (!__atomic_load_n(&v->is_initialised, __ATOMIC_ACQUIRE))
		return -ENODATA;
	context = object_alloc(sizeof(*context));
	if (!context)
		return -ENOMEM;
	vcpu_pause(v);
	registers_read(v, context);
	tables_read(v, context);
	context->flags = flags_read(v);
	if (v->id == 0)
		context->vm_assist = v->domain->vm_assist;
	vcpu_unpause(v);
	rc = guest_copy_to(call->op.u.vcpucontext.ctxt, context, sizeof(*context));
	object_free(context);
	return rc;
}
