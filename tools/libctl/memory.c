/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain's memory: its size, taking and giving pages, mapping them here, page tables.
 */
#include "libctl/handle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <xen/memory.h>

#define E820_RAM 1

/* XENMEM_memory_map's entries: the BIOS's shape, without padding. */
struct memory_range {
	uint64_t address, bytes;
	uint32_t type;
} __attribute__((packed));

int ctl_domain_set_max_memory(struct ctl *ctl, uint32_t domid, uint64_t kib)
{
	struct xen_domctl op = {.u.max_mem = {.max_memkb = kib}};

	return ctl_domctl(ctl, XEN_DOMCTL_max_mem, domid, &op);
}

int ctl_domain_set_memory_map_limit(struct ctl *ctl, uint32_t domid, uint64_t kib)
{
	struct memory_range range = {.bytes = kib * 1024, .type = E820_RAM};
	struct xen_foreign_memory_map map = {.domid = domid, .map.nr_entries = 1};

	map.map.buffer.p = ctl_bounce_copy(ctl, &range, sizeof(range));
	if (!map.map.buffer.p)
		return -1;
	return ctl_memory_call(ctl, XENMEM_set_memory_map, &map, sizeof(map)) < 0 ? -1 : 0;
}

int ctl_domain_claim_pages(struct ctl *ctl, uint32_t domid, uint64_t pages)
{
	struct xen_memory_reservation reservation = {.nr_extents = pages, .domid = domid};

	return ctl_memory_call(ctl, XENMEM_claim_pages, &reservation, sizeof(reservation)) < 0 ? -1
											       : 0;
}

/* The count that the hypervisor answers, with the list in bounce memory. */
static int ctl_memory_reserve(struct ctl *ctl, unsigned int cmd,
			      struct xen_memory_reservation *reservation, const xen_pfn_t *frames,
			      uint32_t *count)
{
	long done;

	reservation->extent_start.p = ctl_bounce_copy(ctl, frames, *count * sizeof(*frames));
	if (!reservation->extent_start.p)
		return -1;
	reservation->nr_extents = *count;
	done = ctl_memory_call(ctl, cmd, reservation, sizeof(*reservation));
	if (done < 0)
		return -1;
	if (done < *count)
		*count = done;
	return 0;
}

int ctl_memory_populate(struct ctl *ctl, uint32_t domid, unsigned int order, uint32_t memory_flags,
			xen_pfn_t *frames, uint32_t *count)
{
	struct xen_memory_reservation reservation = {
		.extent_order = order, .mem_flags = memory_flags, .domid = domid};

	if (ctl_memory_reserve(ctl, XENMEM_populate_physmap, &reservation, frames, count))
		return -1;
	memcpy(frames, ctl->bounce, *count * sizeof(*frames));
	return 0;
}

int ctl_memory_decrease(struct ctl *ctl, uint32_t domid, unsigned int order,
			const xen_pfn_t *frames, uint32_t *count)
{
	struct xen_memory_reservation reservation = {.extent_order = order, .domid = domid};

	return ctl_memory_reserve(ctl, XENMEM_decrease_reservation, &reservation, frames, count);
}

void *ctl_memory_map(struct ctl *ctl, uint32_t domid, int protection, size_t pages,
		     const xen_pfn_t *frames)
{
	return xenforeignmemory_map(ctl->memory, domid, protection, pages, frames, NULL);
}

void *ctl_memory_map_each(struct ctl *ctl, uint32_t domid, int protection, size_t pages,
			  const xen_pfn_t *frames, int *errors)
{
	return xenforeignmemory_map(ctl->memory, domid, protection, pages, frames, errors);
}

void ctl_memory_unmap(struct ctl *ctl, void *address, size_t pages)
{
	if (address)
		xenforeignmemory_unmap(ctl->memory, address, pages);
}

int ctl_memory_types(struct ctl *ctl, uint32_t domid, uint64_t *frames, uint32_t count)
{
	struct xen_domctl op = {0};
	xen_pfn_t *bounce = ctl_bounce_copy(ctl, frames, count * sizeof(*frames));

	if (!bounce)
		return -1;
	op.u.getpageframeinfo3.num = count;
	op.u.getpageframeinfo3.array.p = bounce;
	if (ctl_domctl(ctl, XEN_DOMCTL_getpageframeinfo3, domid, &op))
		return -1;
	memcpy(frames, bounce, count * sizeof(*frames));
	return 0;
}

void *ctl_grant_table_map(struct ctl *ctl, uint32_t domid, uint32_t frames,
			  struct ctl_resource **resource)
{
	void *address = NULL;
	xenforeignmemory_resource_handle *handle =
		xenforeignmemory_map_resource(ctl->memory, domid, XENMEM_resource_grant_table,
					      XENMEM_resource_grant_table_id_shared, 0, frames,
					      &address, PROT_READ | PROT_WRITE, 0);

	if (!handle)
		return NULL;
	*resource = (struct ctl_resource *)handle;
	return address;
}

void ctl_resource_unmap(struct ctl *ctl, struct ctl_resource *resource)
{
	if (resource)
		xenforeignmemory_unmap_resource(ctl->memory,
						(xenforeignmemory_resource_handle *)resource);
}

int ctl_mmu_update(struct ctl *ctl, uint32_t domid, const struct mmu_update *updates,
		   uint32_t count)
{
	const struct mmu_update *bounce = ctl_bounce_copy(ctl, updates, count * sizeof(*updates));

	if (!bounce)
		return -1;
	return xencall4(ctl->call, __HYPERVISOR_mmu_update, (uintptr_t)bounce, count, 0, domid) < 0
		       ? -1
		       : 0;
}

int ctl_mmuext(struct ctl *ctl, uint32_t domid, const struct mmuext_op *op)
{
	memcpy(ctl->argument, op, sizeof(*op));
	return xencall4(ctl->call, __HYPERVISOR_mmuext_op, (uintptr_t)ctl->argument, 1, 0, domid) <
			       0
		       ? -1
		       : 0;
}

int ctl_maximum_frame(struct ctl *ctl, xen_pfn_t *frame)
{
	long answer = xencall2L(ctl->call, __HYPERVISOR_memory_op, XENMEM_maximum_ram_page, 0);

	if (answer < 0)
		return -1;
	*frame = answer;
	return 0;
}
