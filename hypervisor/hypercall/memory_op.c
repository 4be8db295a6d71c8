/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_op: dispatch by the rows of memory_op.def, and what gives a domain
 * memory or takes it. These count extents: an error ends the call with the
 * number that were done, as the ABI has it. For PV guests a frame number is a
 * machine frame; the guest's own number only goes into the M2P.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/handlers.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "memory_op.h"

#define GUEST_MAX_ORDER ORDER_2M
#define HARDWARE_MAX_ORDER 12
#define RESUMES true
#define ONCE false
#define LOWEST_ADDRESS_BITS (PAGE_SHIFT + 1)
#define ANY_NODE 0xff

int64_t hypercall_memory_op(uint64_t command, uint64_t argument)
{
	const struct memory_call call = {
		.argument = argument,
		.done = command >> MEMORY_COMMAND_BITS,
		.operation = command & MEMORY_COMMAND_MASK,
	};

	switch (call.operation) {
#define MEMORY_OP(name, permission, resumes)      \
	case XENMEM_##name:                       \
		if (permission_check(permission)) \
			return -EPERM;            \
		if (!(resumes) && call.done)      \
			return -EINVAL;           \
		return memory_##name(&call);
#define REFUSED(name, error) \
	case XENMEM_##name:  \
		return -(error);
#include "memory_op.def"
#undef MEMORY_OP
#undef REFUSED
	default:
		return -ENOSYS;
	}
}

int64_t memory_continue(const struct memory_call *call, uint64_t done)
{
	const uint64_t arguments[] = {call->operation | done << MEMORY_COMMAND_BITS,
				      call->argument};

	return hypercall_continue(__HYPERVISOR_memory_op, ARRAY_SIZE(arguments), arguments);
}

int memory_get_target(domid_t id, struct domain **out)
{
	const struct domain *caller = current_vcpu()->domain;
	struct domain *d = domain_get_by_id_or_self(id);

	if (!d)
		return -ESRCH;
	if (d != caller && !caller->is_control) {
		domain_put(d);
		return -EPERM;
	}
	*out = d;
	return 0;
}

unsigned int memory_max_order(void)
{
	const struct domain *d = current_vcpu()->domain;

	if (d->is_control)
		return HEAP_MAX_ORDER;
	return d->is_hardware ? HARDWARE_MAX_ORDER : GUEST_MAX_ORDER;
}

bool memory_flags_read(uint32_t mem_flags, uint32_t *heap_flags)
{
	const struct domain *d = current_vcpu()->domain;
	unsigned int bits = XENMEMF_get_address_bits(mem_flags);
	unsigned int node = XENMEMF_get_node(mem_flags);
	uint32_t flags = HEAP_NODE_ANY;

	if (mem_flags & XENMEMF_vnode || (bits && bits < LOWEST_ADDRESS_BITS))
		return false;
	if (node != ANY_NODE && (d->is_hardware || d->is_control)) {
		flags = HEAP_FLAG_NODE(node);
		if (mem_flags & XENMEMF_exact_node_request)
			flags |= HEAP_FLAG_EXACT_NODE;
	} else if (node != ANY_NODE && mem_flags & XENMEMF_exact_node_request) {
		/* Where memory lies is not for guests to choose; a mere wish is not heard. */
		return false;
	}
	*heap_flags = flags | HEAP_FLAG_ADDRESS_BITS(bits);
	return true;
}

/* Does extent i: 0, -ERESTART when it needs another attempt, or the reason to stop. */
typedef int extent_step(const struct reservation *call, uint64_t i);

/* False: nothing can be done, whatever the reason. */
static bool reservation_open(const struct memory_call *call, struct reservation *out)
{
	if (guest_copy_from(&out->r, call->argument, sizeof(out->r)))
		return false;
	out->operation = call->operation;
	if (call->done >= out->r.nr_extents || out->r.nr_extents > MEMORY_MAX_ELEMENTS ||
	    out->r.extent_order > memory_max_order() ||
	    !memory_flags_read(out->r.mem_flags, &out->heap_flags))
		return false;
	return memory_get_target(out->r.domid, &out->d) == 0;
}

static int extents_run(const struct reservation *call, extent_step *step, uint64_t *done)
{
	int rc = memory_settle_large_extent(call, *done);

	if (call->r.extent_order > GUEST_MAX_ORDER)
		step = memory_step_large_extent;
	while (rc == 0 && *done < call->r.nr_extents) {
		rc = step(call, *done);
		if (rc)
			break;
		++*done;
		if (hypercall_is_preempt_due() && *done < call->r.nr_extents)
			rc = -ERESTART;
	}
	return rc;
}

static int64_t reservation_run(const struct memory_call *call, extent_step *step)
{
	struct reservation reservation;
	uint64_t done = call->done;
	int rc;

	if (!reservation_open(call, &reservation))
		return (int64_t)done;
	rc = extents_run(&reservation, step, &done);
	domain_put(reservation.d);
	return rc == -ERESTART ? memory_continue(call, done) : (int64_t)done;
}

bool memory_is_worth_wiping(const struct reservation *call)
{
	uint64_t nr_pages = 1UL << call->r.extent_order;
	const struct domain *d = call->d;

	return call->r.extent_order > HEAP_WIPE_ORDER && !domain_is_dying(d) &&
	       d->tot_pages + nr_pages <= d->max_pages && heap_nr_free_pages() >= nr_pages;
}

/* -ERESTART: there may be such a block once more memory is wiped. */
static int extent_alloc(const struct reservation *call, struct page **out)
{
	*out = heap_alloc_domain(call->d, call->r.extent_order, call->heap_flags);
	if (*out)
		return 0;
	return memory_is_worth_wiping(call) && heap_scrub_step() ? -ERESTART : -ENOMEM;
}

int memory_frame_release(struct domain *d, uint64_t frame)
{
	struct page *page;
	int rc = 0;

	if (!mfn_is_valid(mfn_from(frame)))
		return -EINVAL;
	page = mfn_to_page(mfn_from(frame));
	if (!page_get(page, d))
		return -ENXIO;
	if ((page->count_info & (PAGE_HYPERVISOR | PAGE_ALLOCATED)) != PAGE_ALLOCATED)
		rc = -ENXIO;
	else if (page->type_info & PAGE_TYPE_PINNED)
		rc = -EBUSY;
	else
		page_put_allocated(page);
	page_put(page);
	return rc;
}

/* Another vcpu may have given frames of it back meanwhile, and they may be somebody else's: only what is still the domain's goes. */
static void extent_free(const struct reservation *call, struct page *page)
{
	for (uint64_t i = 0; i < 1UL << call->r.extent_order; i++)
		(void)memory_frame_release(call->d, page_to_mfn(&page[i]).n);
}

/* Tells the guest its extent's first frame, or takes the extent back. */
static int extent_report(const struct reservation *call, uint64_t i, struct page *page)
{
	uint64_t frame = page_to_mfn(page).n;
	int rc = guest_copy_to_index(call->r.extent_start, i, &frame, sizeof(frame));

	if (rc)
		extent_free(call, page);
	return rc;
}

static int extent_increase(const struct reservation *call, uint64_t i)
{
	struct page *page;
	int rc = extent_alloc(call, &page);

	if (rc)
		return rc;
	/* Without a list the caller only wants the count. */
	return call->r.extent_start ? extent_report(call, i, page) : 0;
}

int64_t memory_increase_reservation(const struct memory_call *call)
{
	return reservation_run(call, extent_increase);
}

/* The reference keeps the frame from becoming another domain's under our hands. */
void memory_frame_number(const struct domain *d, struct page *page, uint64_t gfn)
{
	if (!page_get(page, d))
		return;
	m2p_set(page_to_mfn(page), gfn);
	page_put(page);
}

static int extent_populate(const struct reservation *call, uint64_t i)
{
	uint64_t gfn;
	struct page *page;
	int rc;

	if (call->r.mem_flags & XENMEMF_populate_on_demand)
		return -EOPNOTSUPP;
	rc = guest_copy_from_index(&gfn, call->r.extent_start, i, sizeof(gfn));
	if (rc)
		return rc;
	rc = extent_alloc(call, &page);
	if (rc)
		return rc;
	for (uint64_t j = 0; j < 1UL << call->r.extent_order; j++)
		memory_frame_number(call->d, &page[j], gfn + j);
	return extent_report(call, i, page);
}

int64_t memory_populate_physmap(const struct memory_call *call)
{
	return reservation_run(call, extent_populate);
}

static int extent_decrease(const struct reservation *call, uint64_t i)
{
	uint64_t first;
	int rc = guest_copy_from_index(&first, call->r.extent_start, i, sizeof(first));
	for (uint64_t j = 0; rc == 0 && j < 1UL << call->r.extent_order; j++)
		rc = memory_frame_release(call->d, first + j);
	return rc;
}

int64_t memory_decrease_reservation(const struct memory_call *call)
{
	return reservation_run(call, extent_decrease);
}
