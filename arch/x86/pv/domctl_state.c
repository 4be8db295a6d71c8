/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * domctl: the parts of a vcpu's state that its context has no room for:
 * callbacks of 32-bit programs, extended processor state, MSRs.
 */
#include "hv/domctl.h"

#include "abi/arch_x86_64.h"
#include "asm/cpu_features.h"
#include "asm/cpu_policy.h"
#include "asm/msr.h"
#include "asm/pv.h"
#include "asm/xstate.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"

#define MSRS_MAX 1u

/* -EINVAL, -ESRCH: there is none of that number. */
static int vcpu_find(const struct domctl_call *call, uint32_t id, struct vcpu **v)
{
	if (id >= call->d->max_vcpus)
		return -EINVAL;
	*v = domctl_find_vcpu(call, id);
	return *v ? 0 : -ESRCH;
}

static int other_vcpu_find(const struct domctl_call *call, uint32_t id, struct vcpu **v)
{
	int rc = vcpu_find(call, id, v);

	if (!rc && *v == current_vcpu())
		rc = -EINVAL;
	return rc;
}

int domctl_get_ext_vcpucontext(struct domctl_call *call)
{
	struct xen_domctl_ext_vcpucontext *ext = &call->op.u.ext_vcpucontext;
	uint32_t id = ext->vcpu;
	struct vcpu *v;
	int rc = other_vcpu_find(call, id, &v);

	if (rc)
		return rc;
	vcpu_pause(v);
	*ext = (struct xen_domctl_ext_vcpucontext){
		.vcpu = id,
		.size = sizeof(*ext),
		.syscall32_callback_eip = v->arch.pv.syscall32_callback_rip,
		.sysenter_callback_eip = v->arch.pv.sysenter_callback_rip,
		.syscall32_callback_cs = FLAT_KERNEL_CS64,
		.sysenter_callback_cs = FLAT_KERNEL_CS64,
		.syscall32_disables_events = v->arch.pv.syscall32_masks_events,
		.sysenter_disables_events = v->arch.pv.sysenter_masks_events,
	};
	vcpu_unpause(v);
	call->copies_back = true;
	return 0;
}

int domctl_set_ext_vcpucontext(struct domctl_call *call)
{
	const struct xen_domctl_ext_vcpucontext *ext = &call->op.u.ext_vcpucontext;
	struct vcpu *v;
	int rc = other_vcpu_find(call, ext->vcpu, &v);

	if (rc)
		return rc;
	if (ext->size < offsetof(struct xen_domctl_ext_vcpucontext, mcg_cap) ||
	    !address_is_canonical(ext->syscall32_callback_eip) ||
	    !address_is_canonical(ext->sysenter_callback_eip))
		return -EINVAL;
	/* Machine checks have no bank. */
	if (ext->size >= sizeof(*ext) && ext->vmce.caps)
		return -EOPNOTSUPP;
	vcpu_pause(v);
	v->arch.pv.syscall32_callback_rip = ext->syscall32_callback_eip;
	v->arch.pv.syscall32_masks_events = ext->syscall32_disables_events;
	v->arch.pv.sysenter_callback_rip = ext->sysenter_callback_eip;
	v->arch.pv.sysenter_masks_events = ext->sysenter_disables_events;
	vcpu_unpause(v);
	return 0;
}

/* The buffer: XCR0, what it ever was, and the state as XSAVE writes it. */
struct extended_state {
	uint64_t xcr0, xcr0_accumulated;
	uint8_t area[];
};

int domctl_getvcpuextstate(struct domctl_call *call)
{
	struct xen_domctl_vcpuextstate *ext = &call->op.u.vcpuextstate;
	uint64_t bytes = sizeof(struct extended_state) + xstate_bytes();
	struct extended_state *state;
	struct vcpu *v;
	int rc = other_vcpu_find(call, ext->vcpu, &v);

	if (rc)
		return rc;
	if (!xstate_components())
		return -EOPNOTSUPP;
	if ((!ext->size && !ext->xfeature_mask) || !ext->buffer) {
		ext->size = bytes;
		ext->xfeature_mask = xstate_components();
		call->copies_back = true;
		return 0;
	}
	if (ext->size != bytes || ext->xfeature_mask != xstate_components())
		return -EINVAL;
	state = object_alloc(bytes);
	if (!state)
		return -ENOMEM;
	vcpu_pause(v);
	state->xcr0 = v->arch.pv.xcr0;
	state->xcr0_accumulated = xstate_components();
	pv_fpu_read(v, state->area);
	vcpu_unpause(v);
	rc = guest_copy_to(ext->buffer, state, bytes);
	object_free(state);
	return rc;
}

static int extended_state_install(struct vcpu *v, const struct extended_state *state,
				  uint64_t bytes)
{
	uint64_t components = xstate_components();
	int rc;

	if (!pv_xcr0_is_valid(state->xcr0) || !pv_xcr0_is_valid(state->xcr0_accumulated) ||
	    (state->xcr0 & ~state->xcr0_accumulated) || (state->xcr0_accumulated & ~components))
		return -EINVAL;
	vcpu_pause(v);
	rc = pv_fpu_write(v, state->area, bytes - sizeof(*state));
	if (!rc)
		v->arch.pv.xcr0 = state->xcr0;
	vcpu_unpause(v);
	return rc;
}

int domctl_setvcpuextstate(struct domctl_call *call)
{
	const struct xen_domctl_vcpuextstate *ext = &call->op.u.vcpuextstate;
	struct extended_state *state;
	struct vcpu *v;
	int rc = other_vcpu_find(call, ext->vcpu, &v);

	if (rc)
		return rc;
	if (!xstate_components())
		return -EOPNOTSUPP;
	if (ext->size < sizeof(*state) + XSAVE_MIN_BYTES ||
	    ext->size > sizeof(*state) + xstate_bytes())
		return -EINVAL;
	state = object_alloc(ext->size);
	if (!state)
		return -ENOMEM;
	rc = guest_copy_from(state, ext->buffer, ext->size);
	if (!rc)
		rc = extended_state_install(v, state, ext->size);
	object_free(state);
	return rc;
}

/* Those that a guest set for itself and that nothing else saves. */
int domctl_get_vcpu_msrs(struct domctl_call *call)
{
	struct xen_domctl_vcpu_msrs *list = &call->op.u.vcpu_msrs;
	struct xen_domctl_vcpu_msr msr = {.index = MSR_TSC_AUX};
	struct vcpu *v;
	int rc = other_vcpu_find(call, list->vcpu, &v);

	if (rc)
		return rc;
	call->copies_back = true;
	if (!list->msrs) {
		list->msr_count = MSRS_MAX;
		return 0;
	}
	vcpu_pause(v);
	msr.value = v->arch.pv.msr_tsc_aux;
	vcpu_unpause(v);
	if (msr.value && !list->msr_count)
		return -ENOBUFS;
	list->msr_count = msr.value != 0;
	return msr.value ? guest_copy_to(list->msrs, &msr, sizeof(msr)) : 0;
}

static int msr_install(struct vcpu *v, const struct xen_domctl_vcpu_msr *msr)
{
	if (msr->reserved || msr->index != MSR_TSC_AUX || msr->value > UINT32_MAX ||
	    !cpu_has(FEATURE_RDTSCP))
		return -EINVAL;
	v->arch.pv.msr_tsc_aux = msr->value;
	return 0;
}

/* On an error the count says which one it was. */
int domctl_set_vcpu_msrs(struct domctl_call *call)
{
	struct xen_domctl_vcpu_msrs *list = &call->op.u.vcpu_msrs;
	uint32_t nr = list->msr_count;
	struct vcpu *v;
	int rc = other_vcpu_find(call, list->vcpu, &v);

	if (rc)
		return rc;
	if (nr > MSRS_MAX)
		return -EINVAL;
	call->copies_back = true;
	for (list->msr_count = 0; list->msr_count < nr; list->msr_count++) {
		struct xen_domctl_vcpu_msr msr;

		if (guest_copy_from_index(&msr, list->msrs, list->msr_count, sizeof(msr)))
			return -EFAULT;
		vcpu_pause(v);
		rc = msr_install(v, &msr);
		vcpu_unpause(v);
		if (rc)
			return rc;
	}
	return 0;
}
