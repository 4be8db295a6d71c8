/* SPDX-License-Identifier: GPL-2.0-or-later */
/* domctl: what depends on the processor and on how PV guests use it. */
#include "hv/domctl.h"

#include "abi/arch_x86_64.h"
#include "asm/pv.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/irq.h"
#include "hv/page.h"
#include "hv/rangeset.h"
#include "hv/sched.h"
#include "hv/time.h"

#define FRAMES_MAX 1024
#define GUEST_BITS 64
#define NR_PORTS 0x10000u
#define TSC_MODE_DEFAULT 0
#define TSC_MODE_NATIVE 2
#define TSC_KHZ_TOLERANCE_PPM 100
#define PPM 1000000

/* The ABI's word for a use of a frame. */
static const uint32_t frame_kinds[] = {
	[PAGE_TYPE_L1 >> 60] = XEN_DOMCTL_PFINFO_L1TAB,
	[PAGE_TYPE_L2 >> 60] = XEN_DOMCTL_PFINFO_L2TAB,
	[PAGE_TYPE_L3 >> 60] = XEN_DOMCTL_PFINFO_L3TAB,
	[PAGE_TYPE_L4 >> 60] = XEN_DOMCTL_PFINFO_L4TAB,
	[PAGE_TYPE_MASK >> 60] = XEN_DOMCTL_PFINFO_NOTAB,
};

static uint32_t frame_describe(const struct domain *d, uint64_t frame)
{
	struct page *page;
	uint64_t type;
	uint32_t kind;

	if (!mfn_is_valid(mfn_from(frame)))
		return XEN_DOMCTL_PFINFO_XTAB;
	page = mfn_to_page(mfn_from(frame));
	if (!page_get(page, d))
		return XEN_DOMCTL_PFINFO_XTAB;
	type = READ_ONCE(page->type_info);
	if (page->count_info & PAGE_HYPERVISOR)
		kind = XEN_DOMCTL_PFINFO_XTAB;
	else
		kind = frame_kinds[type >> 60];
	if (kind != XEN_DOMCTL_PFINFO_XTAB && type & PAGE_TYPE_PINNED)
		kind |= XEN_DOMCTL_PFINFO_LPINTAB;
	page_put(page);
	return kind;
}

int domctl_getpageframeinfo3(struct domctl_call *call)
{
	const struct xen_domctl_getpageframeinfo3 *info = &call->op.u.getpageframeinfo3;

	if (info->num > FRAMES_MAX)
		return -E2BIG;
	for (uint64_t i = 0; i < info->num; i++) {
		uint64_t entry;

		if (guest_copy_from_index(&entry, info->array, i, sizeof(entry)))
			return -EFAULT;
		entry = frame_describe(call->d, entry);
		if (guest_copy_to_index(info->array, i, &entry, sizeof(entry)))
			return -EFAULT;
	}
	return 0;
}

int domctl_hypercall_init(struct domctl_call *call)
{
	mfn_t mfn = mfn_from(call->op.u.hypercall_init.gmfn);
	struct page *page;

	if (!mfn_is_valid(mfn))
		return -EINVAL;
	page = mfn_to_page(mfn);
	if (page_get_and_type(page, call->d, PAGE_TYPE_WRITABLE))
		return -EINVAL;
	pv_fill_hypercall_page(page_to_virt(page));
	page_put_and_type(page);
	return 0;
}

int domctl_set_address_size(struct domctl_call *call)
{
	switch (call->op.u.address_size.size) {
	case GUEST_BITS:
		return 0;
	case GUEST_BITS / 2:
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
}

int domctl_get_address_size(struct domctl_call *call)
{
	call->op.u.address_size.size = GUEST_BITS;
	call->copies_back = true;
	return 0;
}

/* Of all triggers a PV guest knows the NMI. */
int domctl_sendtrigger(struct domctl_call *call)
{
	struct vcpu *v = domctl_find_vcpu(call, call->op.u.sendtrigger.vcpu);

	if (!v)
		return -ESRCH;
	switch (call->op.u.sendtrigger.trigger) {
	case XEN_DOMCTL_SENDTRIGGER_NMI:
		return (int)arch_vcpu_op(VCPUOP_send_nmi, v, 0);
	case XEN_DOMCTL_SENDTRIGGER_POWER:
	case XEN_DOMCTL_SENDTRIGGER_SLEEP:
	case XEN_DOMCTL_SENDTRIGGER_INIT:
		return -EINVAL;
	default:
		return -ENOSYS;
	}
}

/* Nothing shadows or logs a PV guest's tables yet: no memory is set aside for that, and turning it off is no work. */
int domctl_shadow_op(struct domctl_call *call)
{
	struct xen_domctl_shadow_op *op = &call->op.u.shadow_op;

	if (call->d == current_vcpu()->domain)
		return -EINVAL;
	switch (op->op) {
	case XEN_DOMCTL_SHADOW_OP_OFF:
		return 0;
	case XEN_DOMCTL_SHADOW_OP_GET_ALLOCATION:
		op->mb = 0;
		call->copies_back = true;
		return 0;
	case XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION:
		return op->mb ? -EOPNOTSUPP : 0;
	case XEN_DOMCTL_SHADOW_OP_ENABLE:
	case XEN_DOMCTL_SHADOW_OP_ENABLE_TEST:
	case XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY:
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
}

int domctl_gettscinfo(struct domctl_call *call)
{
	struct xen_domctl_tsc_info *info = &call->op.u.tsc_info;

	if (call->d == current_vcpu()->domain)
		return -EINVAL;
	*info = (struct xen_domctl_tsc_info){
		.tsc_mode = call->d->arch.tsc_mode,
		.incarnation = call->d->arch.tsc_incarnation,
	};
	if (info->tsc_mode == TSC_MODE_DEFAULT) {
		info->gtsc_khz = (uint32_t)time_tsc_khz();
		info->elapsed_nsec = time_now_ns();
	}
	call->copies_back = true;
	return 0;
}

/* Frequencies as far apart as two calibrations of one crystal are the same. */
static bool khz_is_ours(uint32_t khz)
{
	uint64_t ours = time_tsc_khz(), apart = khz > ours ? khz - ours : ours - khz;

	return !khz || apart <= ours * TSC_KHZ_TOLERANCE_PPM / PPM;
}

/* The TSC is the processor's own. Emulation, or another frequency by default, isn't offered. */
int domctl_settscinfo(struct domctl_call *call)
{
	const struct xen_domctl_tsc_info *info = &call->op.u.tsc_info;

	if (call->d == current_vcpu()->domain || info->tsc_mode > TSC_MODE_NATIVE)
		return -EINVAL;
	if (info->tsc_mode != TSC_MODE_NATIVE &&
	    (info->tsc_mode != TSC_MODE_DEFAULT || !khz_is_ours(info->gtsc_khz)))
		return -EOPNOTSUPP;
	call->d->arch.tsc_mode = info->tsc_mode;
	call->d->arch.tsc_incarnation = info->incarnation;
	return 0;
}

/* Rights to the machine are given on by who has them. */

/* Its vcpus look at the sets without a lock, so they don't run meanwhile; the caller's own has nothing to win. */
static int right_change(struct domain *d, struct rangeset *set, uint64_t first, uint64_t last,
			bool allow)
{
	bool is_other = d != current_vcpu()->domain;
	int rc;

	if (is_other)
		domain_pause(d);
	rc = allow ? rangeset_add(set, first, last) : rangeset_remove(set, first, last);
	if (is_other)
		domain_unpause(d);
	return rc;
}

int domctl_irq_permission(struct domctl_call *call)
{
	const struct xen_domctl_irq_permission *p = &call->op.u.irq_permission;

	if (p->pirq >= pirq_nr(current_vcpu()->domain))
		return -EINVAL;
	if (!rangeset_contains(current_vcpu()->domain->arch.irqs_allowed, p->pirq, p->pirq))
		return -EPERM;
	return right_change(call->d, call->d->arch.irqs_allowed, p->pirq, p->pirq, p->allow_access);
}

int domctl_iomem_permission(struct domctl_call *call)
{
	const struct xen_domctl_iomem_permission *p = &call->op.u.iomem_permission;
	uint64_t last = p->first_mfn + p->nr_mfns - 1;

	if (last < p->first_mfn)
		return -EINVAL;
	if (!rangeset_contains(current_vcpu()->domain->arch.io_memory_allowed, p->first_mfn, last))
		return -EPERM;
	return right_change(call->d, call->d->arch.io_memory_allowed, p->first_mfn, last,
			    p->allow_access);
}

int domctl_ioport_permission(struct domctl_call *call)
{
	const struct xen_domctl_ioport_permission *p = &call->op.u.ioport_permission;
	uint64_t last = (uint64_t)p->first_port + p->nr_ports - 1;

	if (!p->nr_ports || last >= NR_PORTS)
		return -EINVAL;
	if (!rangeset_contains(current_vcpu()->domain->arch.io_ports_allowed, p->first_port, last))
		return -EPERM;
	return right_change(call->d, call->d->arch.io_ports_allowed, p->first_port, last,
			    p->allow_access);
}

/* A PV guest maps such frames itself, by the right that iomem_permission gave it. */
int domctl_memory_mapping(struct domctl_call *call)
{
	const struct xen_domctl_memory_mapping *m = &call->op.u.memory_mapping;
	uint64_t last = m->first_mfn + m->nr_mfns - 1;

	if (last < m->first_mfn || m->first_gfn + m->nr_mfns - 1 < m->first_gfn)
		return -EINVAL;
	return rangeset_contains(call->d->arch.io_memory_allowed, m->first_mfn, last) ? 0 : -EPERM;
}
