/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flushes that a guest asks for, and the progress of its lists of operations. */
#include "pv_flush.h"
#include "asm/tlb.h"
#include "hv/arch.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/string.h"
#include "pv_tables.h"

int progress_resume(struct call_progress *progress)
{
	if (progress->nr & COUNT_IS_CONTINUED) {
		progress->nr &= ~COUNT_IS_CONTINUED;
		if (progress->done &&
		    guest_copy_from(&progress->before, progress->done, sizeof(progress->before)))
			return -EFAULT;
	}
	return pending_finish(current_vcpu());
}

int64_t progress_tell(const struct call_progress *progress, int rc, uint32_t number, uint64_t list,
		      uint64_t foreign)
{
	uint32_t total = progress->before + progress->executed;

	if (progress->done && guest_copy_to(progress->done, &total, sizeof(total)))
		return -EFAULT;
	if (unlikely(rc == -ERESTART)) {
		uint64_t arguments[4] = {list,
					 (progress->nr - progress->executed) | COUNT_IS_CONTINUED,
					 progress->done, foreign};

		return hypercall_continue(number, 4, arguments);
	}
	return rc;
}

int64_t progress_continue(uint32_t number, uint64_t list, uint32_t nr_left)
{
	uint64_t arguments[4] = {list, nr_left | COUNT_IS_CONTINUED, 0, DOMID_SELF};

	return hypercall_continue(number, 4, arguments);
}

int foreign_find(uint64_t id, struct domain **out)
{
	const struct domain *current = current_vcpu()->domain;
	struct domain *d;

	if (id == current->id)
		return -ESRCH;
	/* The right to I/O memory is looked at for each frame. */
	if (id != DOMID_IO && !current->is_control)
		return -EPERM;
	if (id == DOMID_IO)
		d = io_domain;
	else
		d = id == DOMID_XEN ? hypervisor_domain : domain_get_by_id((domid_t)id);
	if (!d)
		return -ESRCH;
	*out = d;
	return 0;
}

int guest_read_vcpu_mask(const struct domain *d, uint64_t bitmap, struct cpumask *mask)
{
	uint64_t word = 0;

	memset(mask, 0, sizeof(*mask));
	for (uint32_t id = 0; id < d->max_vcpus; id++) {
		const struct vcpu *v = d->vcpu[id];
		uint32_t cpu;

		if (id % 64 == 0 && guest_copy_from_index(&word, bitmap, id / 64, sizeof(word)))
			return -EFAULT;
		if (!(word >> (id % 64) & 1) || !v)
			continue;
		/* One that isn't on a CPU starts with a flushed TLB. */
		cpu = READ_ONCE(v->arch.pv.tlb_cpu);
		if (cpu)
			bitmap_set(mask->bits, cpu - 1);
	}
	return 0;
}

int guest_flush(struct vcpu *v, uint64_t flags, uint64_t address)
{
	uint64_t bitmap = flags & ~(uint64_t)UVMF_FLUSHTYPE_MASK;
	unsigned int kind;
	struct cpumask mask;
	int rc;

	switch (flags & UVMF_FLUSHTYPE_MASK) {
	case UVMF_TLB_FLUSH:
		kind = FLUSH_TLB;
		break;
	case UVMF_INVLPG:
		kind = FLUSH_ONE;
		break;
	default:
		return -EINVAL;
	}
	if (bitmap == UVMF_LOCAL) {
		tlb_flush_local(kind, address);
		return 0;
	}
	if (bitmap == UVMF_ALL) {
		tlb_flush_domain(v->domain, kind, address);
		return 0;
	}
	rc = guest_read_vcpu_mask(v->domain, bitmap, &mask);
	if (rc)
		return rc;
	tlb_flush_mask(&mask, kind, address);
	return 0;
}
