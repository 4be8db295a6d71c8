/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grant_table_op: one row per operation, and the operations on the table itself. */
#include "grant_internal.h"

#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/continuation.h"
#include "hv/printk.h"

#define COMMAND_MAX 0xfffff /* bits above it belong to no command */

/* The domain of a GNTTABOP_* on a table, referenced: one's own, or any for who controls it. */
static int16_t target_get(domid_t id, struct domain **out)
{
	struct domain *d = domain_get_by_id_or_self(id);

	if (!d)
		return GNTST_bad_domain;
	if ((d != current_vcpu()->domain && permission_check(ALLOW_CONTROL)) || !d->grant) {
		domain_put(d);
		return GNTST_permission_denied;
	}
	*out = d;
	return GNTST_okay;
}

static int16_t frames_report(const struct domain *d, uint32_t nr_frames, bool status, uint64_t list)
{
	const struct grant_domain *g = d->grant;

	for (uint32_t i = 0; i < nr_frames; i++) {
		mfn_t mfn = virt_to_mfn(status ? (void *)g->status[i] : g->frames[i]);

		if (guest_copy_to_index(list, i, &mfn.n, sizeof(mfn.n)))
			return GNTST_bad_virt_addr;
	}
	return GNTST_okay;
}

static int64_t operation_setup_table(uint64_t argument)
{
	struct xen_gnttab_setup_table op;
	struct domain *d;

	if (guest_copy_from(&op, argument, sizeof(op)))
		return -EFAULT;
	op.status = target_get(op.dom, &d);
	if (op.status == GNTST_okay) {
		if (grant_grow(d, op.nr_frames))
			op.status = GNTST_general_error;
		else
			op.status = frames_report(d, op.nr_frames, false, op.frame_list);
		domain_put(d);
	}
	return guest_copy_to(argument, &op, sizeof(op));
}

static int64_t operation_query_size(uint64_t argument)
{
	struct xen_gnttab_query_size op;
	struct domain *d;

	if (guest_copy_from(&op, argument, sizeof(op)))
		return -EFAULT;
	op.status = target_get(op.dom, &d);
	if (op.status == GNTST_okay) {
		op.nr_frames = READ_ONCE(d->grant->nr_frames);
		op.max_nr_frames = d->grant->max_frames;
		domain_put(d);
	}
	return guest_copy_to(argument, &op, sizeof(op));
}

static int64_t operation_set_version(uint64_t argument)
{
	struct domain *d = current_vcpu()->domain;
	struct xen_gnttab_set_version op;
	int error;

	if (guest_copy_from(&op, argument, sizeof(op)))
		return -EFAULT;
	error = grant_set_version(d, op.version);
	op.version = READ_ONCE(d->grant->version);
	if (guest_copy_to(argument, &op, sizeof(op)))
		return -EFAULT;
	return error;
}

static int64_t operation_get_version(uint64_t argument)
{
	struct xen_gnttab_get_version op;
	struct domain *d;
	int16_t status;

	if (guest_copy_from(&op, argument, sizeof(op)))
		return -EFAULT;
	status = target_get(op.dom, &d);
	if (status != GNTST_okay)
		return status == GNTST_bad_domain ? -ESRCH : -EPERM;
	op.version = READ_ONCE(d->grant->version);
	domain_put(d);
	return guest_copy_to(argument, &op, sizeof(op));
}

static int64_t operation_get_status_frames(uint64_t argument)
{
	struct xen_gnttab_get_status_frames op;
	struct domain *d;

	if (guest_copy_from(&op, argument, sizeof(op)))
		return -EFAULT;
	op.status = target_get(op.dom, &d);
	if (op.status == GNTST_okay) {
		if (READ_ONCE(d->grant->version) != 2 ||
		    op.nr_frames > __atomic_load_n(&d->grant->nr_status_frames, __ATOMIC_ACQUIRE))
			op.status = GNTST_general_error;
		else
			op.status = frames_report(d, op.nr_frames, true, op.frame_list);
		domain_put(d);
	}
	return guest_copy_to(argument, &op, sizeof(op));
}

static int64_t operation_dump_table(uint64_t argument)
{
	struct xen_gnttab_dump_table op;
	struct domain *d;

	if (permission_check(ALLOW_CONTROL))
		return -EPERM;
	if (guest_copy_from(&op, argument, sizeof(op)))
		return -EFAULT;
	op.status = target_get(op.dom, &d);
	if (op.status == GNTST_okay) {
		grant_dump_domain(d);
		domain_put(d);
	}
	return guest_copy_to(argument, &op, sizeof(op));
}

static int64_t batch_swap(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	while (*nr_done < count) {
		struct xen_gnttab_swap_grant_ref op;

		if (guest_copy_from_index(&op, argument, *nr_done, sizeof(op)))
			return -EFAULT;
		op.status = entry_swap(current_vcpu()->domain, op.ref_a, op.ref_b);
		if (guest_copy_to_index(argument, *nr_done, &op, sizeof(op)))
			return -EFAULT;
		if (++*nr_done < count && hypercall_is_preempt_due())
			return -ERESTART;
	}
	return 0;
}

/* Caches of this architecture are coherent with devices: nobody needs it, so valid requests are refused as well. */
static int64_t batch_cache_flush(uint64_t argument, uint32_t count, uint32_t *nr_done)
{
	struct xen_gnttab_cache_flush op;

	if (!count)
		return 0;
	if (guest_copy_from(&op, argument, sizeof(op)))
		return -EFAULT;
	if (op.offset >= PAGE_SIZE || op.length > PAGE_SIZE ||
	    (uint32_t)op.offset + op.length > PAGE_SIZE ||
	    op.op & ~(GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_INVAL | GNTTAB_CACHE_SOURCE_GREF))
		return -EINVAL;
	return -EOPNOTSUPP;
}

/* A row has one of the two: an operation on one structure, or on an array, whose progress it counts. */
static const struct grant_row {
	int64_t (*single)(uint64_t argument);
	int64_t (*batch)(uint64_t argument, uint32_t count, uint32_t *nr_done);
	uint8_t bytes;
} grant_rows[] = {
#define BATCH_ROW(type, function)                                 \
	{                                                         \
		.batch = (function), .bytes = sizeof(struct type) \
	}
	[GNTTABOP_map_grant_ref] = BATCH_ROW(xen_gnttab_map_grant_ref, grant_map),
	[GNTTABOP_unmap_grant_ref] = BATCH_ROW(xen_gnttab_unmap_grant_ref, grant_unmap),
	[GNTTABOP_unmap_and_replace] = BATCH_ROW(xen_gnttab_unmap_and_replace,
						 grant_unmap_and_replace),
	[GNTTABOP_copy] = BATCH_ROW(xen_gnttab_copy, grant_copy),
	[GNTTABOP_transfer] = BATCH_ROW(xen_gnttab_transfer, grant_transfer),
	[GNTTABOP_swap_grant_ref] = BATCH_ROW(xen_gnttab_swap_grant_ref, batch_swap),
	[GNTTABOP_cache_flush] = BATCH_ROW(xen_gnttab_cache_flush, batch_cache_flush),
	[GNTTABOP_dump_table] = {.single = operation_dump_table},
	[GNTTABOP_setup_table] = {.single = operation_setup_table},
	[GNTTABOP_query_size] = {.single = operation_query_size},
	[GNTTABOP_set_version] = {.single = operation_set_version},
	[GNTTABOP_get_version] = {.single = operation_get_version},
	[GNTTABOP_get_status_frames] = {.single = operation_get_status_frames},
};

static int64_t batch_run(const struct grant_row *row, uint64_t command, uint64_t argument,
			 uint32_t count)
{
	uint32_t nr_done = 0;
	int64_t result = row->batch(argument, count, &nr_done);
	const uint64_t rest[] = {command, argument + (uint64_t)nr_done * row->bytes,
				 count - nr_done};

	if (likely(result != -ERESTART))
		return result;
	return hypercall_continue(__HYPERVISOR_grant_table_op, ARRAY_SIZE(rest), rest);
}

/* Command and count are C ints in the ABI. */
int64_t hypercall_grant_table_op(uint64_t command, uint64_t argument, uint64_t count)
{
	const struct grant_row *row;
	uint32_t nr = (uint32_t)count;

	if (unlikely(nr > INT32_MAX))
		return -EINVAL;
	if (unlikely((uint32_t)command >= ARRAY_SIZE(grant_rows)))
		return (uint32_t)command > COMMAND_MAX ? -EINVAL : -ENOSYS;
	row = &grant_rows[(uint32_t)command];
	if (likely(row->batch))
		return batch_run(row, (uint32_t)command, argument, nr);
	if (!row->single)
		return -ENOSYS;
	return nr == 1 ? row->single(argument) : -EINVAL;
}
