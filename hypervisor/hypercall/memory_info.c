/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_op: questions about sizes, memory maps and the machine-to-physical
 * table. A domain's map is replaced as a whole under its lock, and copied
 * before it's given to a guest.
 */
#include "hv/arch.h"
#include "hv/boot.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "hv/string.h"
#include "memory_op.h"

#define MAP_MAX_ENTRIES 1024
#define M2P_EXTENT_FRAMES (MIB(2) / sizeof(uint64_t))

/* As the BIOS gives them. */
struct xen_e820_entry {
	uint64_t address, bytes;
	uint32_t type;
} packed_struct;

/* Behind the last frame of RAM. */
static uint64_t ram_end(void)
{
	uint64_t end = 1;

	for (uint32_t i = 0; i < boot_information.nr_ranges; i++) {
		const struct boot_range *range = &boot_information.ranges[i];

		if (range->type == BOOT_RANGE_RAM)
			end = MAX(end, (range->start + range->bytes) >> PAGE_SHIFT);
	}
	return end;
}

int64_t memory_maximum_ram_page(const struct memory_call *call)
{
	return (int64_t)(ram_end() - 1);
}

static int domain_argument(const struct memory_call *call, struct domain **d)
{
	struct xen_memory_domain argument;

	if (guest_copy_from(&argument, call->argument, sizeof(argument)))
		return -EFAULT;
	return memory_get_target(argument.domid, d);
}

int64_t memory_current_reservation(const struct memory_call *call)
{
	struct domain *d;
	int64_t rc = domain_argument(call, &d);

	if (rc)
		return rc;
	rc = READ_ONCE(d->tot_pages);
	domain_put(d);
	return rc;
}

int64_t memory_maximum_reservation(const struct memory_call *call)
{
	struct domain *d;
	int64_t rc = domain_argument(call, &d);

	if (rc)
		return rc;
	rc = READ_ONCE(d->max_pages);
	domain_put(d);
	return rc;
}

int64_t memory_maximum_gpfn(const struct memory_call *call)
{
	struct domain *d;
	int64_t rc = domain_argument(call, &d);

	if (rc)
		return rc;
	/* A PV guest numbers its memory itself and says how many numbers there are, if it does. */
	rc = (int64_t)(READ_ONCE(d->shared_info->arch.max_pfn) & INT64_MAX);
	rc = MAX(rc, 1) - 1;
	domain_put(d);
	return rc;
}

int64_t memory_machphys_mapping(const struct memory_call *call)
{
	const struct xen_machphys_mapping mapping = {
		.v_start = MACH2PHYS_VIRT_START,
		.v_end = MACH2PHYS_VIRT_END,
		.max_mfn = M2P_BYTES / sizeof(uint64_t) - 1,
	};

	return guest_copy_to(call->argument, &mapping, sizeof(mapping));
}

int64_t memory_machphys_mfn_list(const struct memory_call *call)
{
	struct xen_machphys_mfn_list list;
	uint64_t nr = (ram_end() + M2P_EXTENT_FRAMES - 1) / M2P_EXTENT_FRAMES;

	if (guest_copy_from(&list, call->argument, sizeof(list)))
		return -EFAULT;
	nr = MIN(nr, list.max_extents);
	for (uint64_t i = 0; i < nr; i++) {
		mfn_t mfn = m2p_frame(i);
		uint64_t frame = mfn.n == INVALID_FRAME ? 0 : mfn.n;

		if (guest_copy_to_index(list.extent_start, i, &frame, sizeof(frame)))
			return -EFAULT;
	}
	list.nr_extents = (uint32_t)nr;
	return guest_copy_to(call->argument, &list, sizeof(list));
}

/* A copy of a domain's map that the caller frees; -ENOMEM. */
static int map_copy(struct domain *d, struct xen_e820_entry **entries, uint64_t *nr)
{
	struct xen_e820_entry *copy = object_alloc_array(MAP_MAX_ENTRIES, sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	spin_lock(&d->lock);
	*nr = d->arch.memory_map ? d->arch.memory_map_count : 0;
	if (*nr)
		memcpy(copy, d->arch.memory_map, *nr * sizeof(*copy));
	spin_unlock(&d->lock);
	*entries = copy;
	return 0;
}

int64_t memory_memory_map(const struct memory_call *call)
{
	struct domain *d = current_vcpu()->domain;
	struct xen_memory_map map;
	struct xen_e820_entry *entries;
	uint64_t nr;
	int rc;

	if (guest_copy_from(&map, call->argument, sizeof(map)))
		return -EFAULT;
	if (!READ_ONCE(d->arch.memory_map))
		return -ENOSYS;
	rc = map_copy(d, &entries, &nr);
	if (rc)
		return rc;
	map.nr_entries = (uint32_t)MIN(nr, map.nr_entries);
	if (guest_copy_to(map.buffer, entries, map.nr_entries * sizeof(*entries)) ||
	    guest_copy_to(call->argument, &map, sizeof(map)))
		rc = -EFAULT;
	object_free(entries);
	return rc;
}

int64_t memory_machine_memory_map(const struct memory_call *call)
{
	struct xen_memory_map map;
	uint32_t nr = boot_information.nr_ranges;

	if (guest_copy_from(&map, call->argument, sizeof(map)))
		return -EFAULT;
	/* Without a buffer it's only asked how many there are. */
	if (map.buffer && map.nr_entries < nr)
		return -ENOBUFS;
	for (uint32_t i = 0; map.buffer && i < nr; i++) {
		const struct boot_range *range = &boot_information.ranges[i];
		const struct xen_e820_entry entry = {range->start, range->bytes, range->type};

		if (guest_copy_to_index(map.buffer, i, &entry, sizeof(entry)))
			return -EFAULT;
	}
	map.nr_entries = nr;
	return guest_copy_to(call->argument, &map, sizeof(map));
}

static void map_replace(struct domain *d, struct xen_e820_entry *entries, uint64_t nr)
{
	struct xen_e820_entry *old;

	spin_lock(&d->lock);
	old = d->arch.memory_map;
	d->arch.memory_map = entries;
	d->arch.memory_map_count = nr;
	spin_unlock(&d->lock);
	object_free(old);
}

static int map_read(const struct xen_memory_map *map, struct xen_e820_entry **out)
{
	struct xen_e820_entry *entries;

	if (map->nr_entries > MAP_MAX_ENTRIES)
		return -EINVAL;
	entries = object_alloc_array(map->nr_entries, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	if (guest_copy_from(entries, map->buffer, map->nr_entries * sizeof(*entries))) {
		object_free(entries);
		return -EFAULT;
	}
	*out = entries;
	return 0;
}

int64_t memory_set_memory_map(const struct memory_call *call)
{
	struct xen_foreign_memory_map argument;
	struct xen_e820_entry *entries;
	struct domain *d;
	int rc;

	if (guest_copy_from(&argument, call->argument, sizeof(argument)))
		return -EFAULT;
	rc = memory_get_target(argument.domid, &d);
	if (rc)
		return rc;
	rc = map_read(&argument.map, &entries);
	if (rc == 0)
		map_replace(d, entries, argument.map.nr_entries);
	domain_put(d);
	return rc;
}
