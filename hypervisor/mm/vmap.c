/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual mapping area: areas of pages in order of address, each with an
 * unmapped guard page behind. What an area maps isn't its own: unmapping gives
 * back the addresses, not the frames. Page tables below it are map.c's.
 */
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/lock.h"
#include "hv/printk.h"
#include "hv/tree.h"

struct vmap_area {
	struct tree_node node;
	uint64_t start, end; /* end is behind the guard page */
	bool is_mapped;
};

static struct spinlock vmap_lock = SPINLOCK_INIT(LOCK_vmap);
static struct tree areas;
/* Below it there's no room for a page and its guard. */
static uint64_t first_room = VMAP_START;

static int area_compare(const struct tree_node *a, const struct tree_node *b)
{
	uint64_t left = tree_entry(a, struct vmap_area, node)->start;
	uint64_t right = tree_entry(b, struct vmap_area, node)->start;

	return left < right ? -1 : left > right;
}

static int area_compare_start(const void *key, const struct tree_node *node)
{
	uint64_t start = *(const uint64_t *)key;
	uint64_t other = tree_entry(node, struct vmap_area, node)->start;

	return start < other ? -1 : start > other;
}

static struct vmap_area *area_after(const struct tree_node *node)
{
	return node ? tree_entry(node, struct vmap_area, node) : NULL;
}

/* Lowest aligned address with room for bytes, guard page included; 0: none. */
static uint64_t room_find(uint64_t bytes, uint64_t alignment)
{
	uint64_t start = ROUND_UP(first_room, alignment);
	struct vmap_area *next =
		area_after(tree_find_ceiling(&areas, &first_room, area_compare_start));

	for (; next; next = area_after(tree_next(&next->node))) {
		if (start + bytes <= next->start)
			return start;
		start = MAX(start, ROUND_UP(next->end, alignment));
	}
	return start + bytes <= VMAP_START + VMAP_BYTES ? start : 0;
}

/* After an area took its place: where the search for a single page may begin. */
static void room_note(const struct vmap_area *area)
{
	if (area->start <= first_room)
		first_room = MAX(first_room, area->end);
}

static int area_insert(struct vmap_area *area, uint64_t nr_pages, uint64_t alignment)
{
	uint64_t bytes = (nr_pages + 1) << PAGE_SHIFT;

	area->start = room_find(bytes, alignment);
	if (!area->start)
		return -ENOMEM;
	area->end = area->start + bytes;
	room_note(area);
	return tree_insert(&areas, &area->node, area_compare);
}

static struct vmap_area *area_make(uint64_t nr_pages, uint64_t alignment)
{
	struct vmap_area *area;
	int rc;

	if (nr_pages == 0 || nr_pages > VMAP_BYTES >> PAGE_SHIFT || alignment > VMAP_BYTES)
		return NULL;
	area = object_alloc(sizeof(*area));
	if (!area)
		return NULL;
	spin_lock(&vmap_lock);
	rc = area_insert(area, nr_pages, alignment);
	spin_unlock(&vmap_lock);
	if (rc == 0)
		return area;
	object_free(area);
	return NULL;
}

static struct vmap_area *area_find(uint64_t start)
{
	struct vmap_area *area = area_after(tree_find(&areas, &start, area_compare_start));

	if (!area)
		panic("nothing is mapped by vmap at %#lx", start);
	return area;
}

static void area_remove(uint64_t start)
{
	struct vmap_area *area;

	spin_lock(&vmap_lock);
	area = area_find(start);
	if (area->is_mapped)
		hv_unmap(start, ((area->end - start) >> PAGE_SHIFT) - 1);
	tree_remove(&areas, &area->node);
	first_room = MIN(first_room, start);
	spin_unlock(&vmap_lock);
	object_free(area);
}

uint64_t vmap_reserve(uint64_t nr_pages, uint64_t alignment)
{
	struct vmap_area *area = area_make(nr_pages, alignment);

	return area ? area->start : 0;
}

void vmap_release(uint64_t address)
{
	area_remove(address);
}

/* The frame of page i of a mapping: the i-th of a list, or of a run. */
static mfn_t frame_at(const mfn_t *mfns, mfn_t first, uint64_t i)
{
	return mfns ? mfns[i] : mfn_from(first.n + i);
}

/* One hv_map() for each run of adjacent frames. */
static int area_map(const struct vmap_area *area, const mfn_t *mfns, mfn_t first, uint64_t nr_pages,
		    uint64_t pte_flags)
{
	int rc = 0;

	for (uint64_t i = 0, run; rc == 0 && i < nr_pages; i += run) {
		mfn_t mfn = frame_at(mfns, first, i);

		for (run = 1; i + run < nr_pages; run++)
			if (frame_at(mfns, first, i + run).n != mfn.n + run)
				break;
		rc = hv_map(area->start + (i << PAGE_SHIFT), mfn, run, pte_flags);
	}
	return rc;
}

static void *map_pages(const mfn_t *mfns, mfn_t first, uint64_t nr_pages, uint64_t pte_flags)
{
	struct vmap_area *area = area_make(nr_pages, PAGE_SIZE);
	uint64_t start;
	int rc;

	if (!area)
		return NULL;
	start = area->start;
	spin_lock(&vmap_lock);
	area->is_mapped = true;
	rc = area_map(area, mfns, first, nr_pages, pte_flags);
	spin_unlock(&vmap_lock);
	if (rc == 0)
		return (void *)start;
	area_remove(start);
	return NULL;
}

void *vmap_map(const mfn_t *mfns, unsigned int nr_pages, uint64_t pte_flags)
{
	return map_pages(mfns, mfn_from(0), nr_pages, pte_flags);
}

void *vmap_map_contiguous(mfn_t first, unsigned int nr_pages, uint64_t pte_flags)
{
	return map_pages(NULL, first, nr_pages, pte_flags);
}

void vmap_unmap(void *address)
{
	if (address)
		area_remove((uint64_t)address);
}

void *ioremap(paddr_t address, size_t bytes)
{
	uint64_t inside = address.a & (PAGE_SIZE - 1), nr_pages;
	char *start;

	if (bytes == 0 || bytes > VMAP_BYTES || address.a + bytes < address.a)
		return NULL;
	nr_pages = (inside + bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
	start = map_pages(NULL, paddr_to_mfn(address), nr_pages, PTE_HV_IO);
	return start ? start + inside : NULL;
}

void iounmap(void *address)
{
	vmap_unmap((void *)((uint64_t)address & PAGE_MASK));
}
