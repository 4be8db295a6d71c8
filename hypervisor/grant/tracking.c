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

/*
 * The free list is changed by exchange. What a removal reads as the next one
 * may be wrong, as others take and give handles meanwhile; then the count of
 * removals has changed too, and the exchange fails.
 */
static always_inline uint64_t free_list_make(uint64_t old, uint32_t first, uint32_t nr_removed)
{
	return ((old >> 32) + nr_removed) << 32 | first;
}

static void free_list_push(struct grant_domain *g, uint32_t first, struct grant_mapping *last)
{
	uint64_t old = __atomic_load_n(&g->free_list, __ATOMIC_RELAXED);

	do
		WRITE_ONCE(last->next_free, (uint32_t)old);
	while (!__atomic_compare_exchange_n(&g->free_list, &old, free_list_make(old, first, 0),
					    false, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static always_inline uint32_t free_list_pop(struct grant_domain *g)
{
	uint64_t old = __atomic_load_n(&g->free_list, __ATOMIC_ACQUIRE);

	for (;;) {
		uint32_t handle = (uint32_t)old;

		if (unlikely(handle == HANDLE_NONE))
			return HANDLE_NONE;
		if (likely(__atomic_compare_exchange_n(
			    &g->free_list, &old,
			    free_list_make(old, READ_ONCE(mapping_of(g, handle)->next_free), 1),
			    false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)))
			return handle;
	}
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
	for (uint32_t i = 0; i < MAPPINGS_PER_PAGE - 1; i++)
		page[i].next_free = first + i + 1;
	g->mappings[g->nr_mapping_pages] = page;
	__atomic_store_n(&g->nr_mapping_pages, g->nr_mapping_pages + 1, __ATOMIC_RELEASE);
	free_list_push(g, first, &page[MAPPINGS_PER_PAGE - 1]);
	return true;
}

static never_inline uint32_t handle_add(struct grant_domain *g)
{
	uint32_t handle;

	spin_lock(&g->maptrack_lock);
	do
		handle = free_list_pop(g);
	while (handle == HANDLE_NONE && page_add(g));
	spin_unlock(&g->maptrack_lock);
	return handle;
}

uint32_t mapping_alloc(struct grant_domain *g, struct grant_mapping **out)
{
	uint32_t handle = free_list_pop(g);

	if (unlikely(handle == HANDLE_NONE)) {
		handle = handle_add(g);
		if (handle == HANDLE_NONE)
			return HANDLE_NONE;
	}
	*out = mapping_of(g, handle);
	return handle;
}

void mapping_free(struct grant_domain *g, uint32_t handle)
{
	struct grant_mapping *mapping = mapping_of(g, handle);

	mapping->granter = NULL;
	__atomic_store_n(&mapping->flags, 0, __ATOMIC_RELEASE);
	free_list_push(g, handle, mapping);
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
