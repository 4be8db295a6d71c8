/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain's handles: what it has mapped of whom. Pages of them are added as needed and stay until the domain is gone. */
#include "grant_internal.h"

#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/continuation.h"

static struct grant_mapping *mapping_of(const struct grant_domain *g, uint32_t handle)
{
	return &g->mappings[handle / MAPPINGS_PER_PAGE][handle % MAPPINGS_PER_PAGE];
}

static uint32_t nr_handles(const struct grant_domain *g)
{
	return __atomic_load_n(&g->nr_mapping_pages, __ATOMIC_ACQUIRE) *
	       (uint32_t)MAPPINGS_PER_PAGE;
}

static bool page_add(struct grant_domain *g)
{
	uint32_t first = nr_handles(g);
	struct grant_mapping *page;

	if (g->nr_mapping_pages >= g->max_mapping_pages)
		return false;
	page = heap_alloc(0, HEAP_FLAG_DEFAULT);
	if (!page)
		return false;
	for (uint32_t i = 0; i < MAPPINGS_PER_PAGE; i++)
		page[i].next_free = i + 1 < MAPPINGS_PER_PAGE ? first + i + 1 : HANDLE_NONE;
	g->mappings[g->nr_mapping_pages] = page;
	__atomic_store_n(&g->nr_mapping_pages, g->nr_mapping_pages + 1, __ATOMIC_RELEASE);
	g->first_free = first;
	return true;
}

uint32_t mapping_alloc(struct grant_domain *g, struct grant_mapping **out)
{
	uint32_t handle = HANDLE_NONE;

	spin_lock(&g->maptrack_lock);
	if (likely(g->first_free != HANDLE_NONE) || page_add(g)) {
		handle = g->first_free;
		*out = mapping_of(g, handle);
		g->first_free = (*out)->next_free;
	}
	spin_unlock(&g->maptrack_lock);
	return handle;
}

void mapping_free(struct grant_domain *g, uint32_t handle)
{
	struct grant_mapping *mapping = mapping_of(g, handle);

	spin_lock(&g->maptrack_lock);
	mapping->granter = NULL;
	mapping->next_free = g->first_free;
	__atomic_store_n(&mapping->flags, 0, __ATOMIC_RELEASE);
	g->first_free = handle;
	spin_unlock(&g->maptrack_lock);
}

struct grant_mapping *mapping_find(const struct grant_domain *g, uint32_t handle)
{
	return likely(handle < nr_handles(g)) ? mapping_of(g, handle) : NULL;
}

/* The tables that map the frame for the processor are taken apart by their own, with their references. */
static void mapping_forget(struct grant_mapping *mapping)
{
	bool writable = !(mapping->flags & GNTMAP_readonly);
	struct domain *granter = mapping->granter;
	uint64_t pins = 0;

	if (mapping->flags & GNTMAP_host_map)
		pins += writable ? PIN_HOST_WRITE : PIN_HOST_READ;
	if (mapping->flags & GNTMAP_device_map) {
		pins += writable ? PIN_DEVICE_WRITE : PIN_DEVICE_READ;
		frame_drop(mfn_to_page(entry_pinned_mfn(granter, mapping->ref)), writable);
	}
	entry_unpin(granter, mapping->ref, pins);
	mapping->flags = 0;
	mapping->granter = NULL;
	domain_put(granter);
}

int mapping_relinquish(struct domain *d)
{
	struct grant_domain *g = d->grant;

	for (; g && g->relinquish_next < nr_handles(g); g->relinquish_next++) {
		struct grant_mapping *mapping = mapping_of(g, g->relinquish_next);

		if (mapping->flags & MAPPING_KINDS)
			mapping_forget(mapping);
		if (g->relinquish_next % 64 == 63 && hypercall_is_preempt_due()) {
			g->relinquish_next++;
			return -ERESTART;
		}
	}
	return 0;
}
