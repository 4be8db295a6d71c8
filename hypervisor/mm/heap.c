/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Free memory: buddy lists by node, address width, kind and order. A free
 * block is known by its first frame (PAGE_FREE, order); the other frames of it
 * have count_info 0. Address widths keep low memory for who can only use that:
 * blocks of different width never join.
 * Wiping is scrub.c's, blocks in use are heap_alloc.c's.
 */
#include "heap_internal.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/string.h"

#define NR_NODES 64
#define NR_RANGES 512
/* Widths of 24 bits and below are one; above, one a bit up to the direct map's. */
#define FIRST_WIDTH 24
#define NR_ZONES 20
#define NR_ORDERS (HEAP_MAX_ORDER + 1)
#define NODE_ORDER 3
/* How many blocks one failed allocation may look at while joining kinds. */
#define JOIN_BUDGET 1024

struct heap_zone {
	struct page_list lists[HEAP_NR_KINDS][NR_ORDERS];
	uint32_t orders[HEAP_NR_KINDS]; /* bit set: that list has a block */
};

struct heap_node {
	struct heap_zone zones[NR_ZONES];
	uint64_t nr_free;
};

_Static_assert(sizeof(struct heap_node) <= PAGE_SIZE << NODE_ORDER, "struct heap_node");

struct heap_range {
	uint64_t first, end;
	uint32_t node;
};

static struct spinlock heap_lock = SPINLOCK_INIT(LOCK_heap);
static struct heap_node first_node;
static struct heap_node *nodes[NR_NODES];
static unsigned int nr_nodes; /* highest number plus one */
static struct heap_range ranges[NR_RANGES];
static unsigned int nr_ranges;
static uint64_t nr_total, nr_free, nr_claimed;
static uint64_t nr_by_kind[HEAP_NR_KINDS];

/* Frames between ranges count to the one below; module frames come there later. */
static unsigned int range_of(uint64_t frame)
{
	unsigned int low = 0, high = nr_ranges;

	while (high - low > 1) {
		unsigned int middle = (low + high) / 2;

		if (ranges[middle].first <= frame)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static unsigned int node_of(uint64_t frame)
{
	return nr_nodes <= 1 ? 0 : ranges[range_of(frame)].node;
}

/* Where frames that follow may count to another node. */
static uint64_t node_end(uint64_t frame)
{
	unsigned int next = nr_nodes <= 1 ? nr_ranges : range_of(frame) + 1;

	return next < nr_ranges ? ranges[next].first : UINT64_MAX;
}

static unsigned int width_to_zone(unsigned int bits)
{
	if (bits <= FIRST_WIDTH)
		return 0;
	return MIN(bits - FIRST_WIDTH, NR_ZONES - 1);
}

static unsigned int zone_of(uint64_t frame)
{
	return width_to_zone(frame ? PAGE_SHIFT + 64 - (unsigned int)__builtin_clzl(frame) : 0);
}

/* A head's order and kind share its order word. */
static unsigned int head_order(const struct page *page)
{
	return page->order & 0xff;
}

static enum heap_kind head_kind(const struct page *page)
{
	return (enum heap_kind)(page->order >> 8);
}

static struct heap_zone *zone_at(uint64_t frame)
{
	return &nodes[node_of(frame)]->zones[zone_of(frame)];
}

static void block_insert(struct heap_zone *zone, struct page *page, unsigned int order,
			 enum heap_kind kind)
{
	page->order = order | (uint32_t)kind << 8;
	page->owner_frame = 0;
	__atomic_store_n(&page->count_info, PAGE_FREE | (kind == HEAP_CLEAN ? 0 : PAGE_DIRTY),
			 __ATOMIC_RELAXED);
	/* What was freed last is used last: its stale translations have gone by then. */
	page_list_add_tail(&zone->lists[kind][order], page);
	zone->orders[kind] |= 1U << order;
	nr_by_kind[kind] += 1UL << order;
}

static void block_remove(struct heap_zone *zone, struct page *page)
{
	unsigned int order = head_order(page);
	enum heap_kind kind = head_kind(page);
	struct page_list *list = &zone->lists[kind][order];

	page_list_remove(list, page);
	if (list->nr_pages == 0)
		zone->orders[kind] &= ~(1U << order);
	page->order = 0;
	__atomic_store_n(&page->count_info, 0, __ATOMIC_RELAXED);
	nr_by_kind[kind] -= 1UL << order;
}

/* The block beside one of that order, when it's free, whole, and of the same node and width. */
static struct page *buddy_find(uint64_t frame, unsigned int order)
{
	uint64_t other = frame ^ (1UL << order);
	struct page *page;

	if (!mfn_is_valid(mfn_from(other)) || zone_of(other) != zone_of(frame) ||
	    node_of(other) != node_of(frame))
		return NULL;
	page = mfn_to_page(mfn_from(other));
	if (!(page->count_info & PAGE_FREE) || head_order(page) != order)
		return NULL;
	return page;
}

/* Puts a block back, joined with buddies of its kind as far as that goes. */
static void block_join(uint64_t frame, unsigned int order, enum heap_kind kind)
{
	struct heap_zone *zone = zone_at(frame);

	for (; order < HEAP_MAX_ORDER; order++) {
		struct page *buddy = buddy_find(frame, order);

		if (!buddy || head_kind(buddy) != kind)
			break;
		block_remove(zone, buddy);
		frame &= ~(1UL << order);
	}
	block_insert(zone, mfn_to_page(mfn_from(frame)), order, kind);
}

/* Keeps the first 2^order frames of a block that is in no list, gives the rest back. */
static void block_cut(struct heap_block *block, unsigned int order)
{
	struct heap_zone *zone = zone_at(page_to_mfn(block->page).n);

	while (block->order > order) {
		block->order--;
		block_insert(zone, block->page + (1UL << block->order), block->order, block->kind);
	}
}

/* Joins the blocks of one list with buddies of other kinds: the worse of both is what the result is. */
static void list_join_kinds(struct heap_zone *zone, enum heap_kind kind, unsigned int order,
			    unsigned int *budget)
{
	struct page_list *list = &zone->lists[kind][order];

	for (uint64_t left = list->nr_pages; left && list->nr_pages && *budget; left--) {
		struct page *page = page_list_first(list), *buddy;
		uint64_t frame = page_to_mfn(page).n;
		enum heap_kind worse;

		(*budget)--;
		buddy = buddy_find(frame, order);
		block_remove(zone, page);
		if (!buddy) {
			/* To the end of the list: the next attempt looks at others. */
			block_insert(zone, page, order, kind);
			continue;
		}
		worse = MAX(kind, head_kind(buddy));
		block_remove(zone, buddy);
		block_join(frame & ~(1UL << order), order + 1, worse);
	}
}

static void zone_join_kinds(struct heap_zone *zone, unsigned int order, unsigned int *budget)
{
	for (unsigned int o = 0; o < order; o++)
		for (unsigned int kind = HEAP_CLEAN; kind < HEAP_NR_KINDS; kind++)
			list_join_kinds(zone, (enum heap_kind)kind, o, budget);
}

static bool zone_find(const struct heap_zone *zone, enum heap_kind kind, unsigned int order,
		      struct heap_block *block)
{
	uint32_t fitting = zone->orders[kind] >> order << order;

	if (!fitting)
		return false;
	block->order = (unsigned int)__builtin_ctz(fitting);
	block->kind = kind;
	block->page = page_list_first(&zone->lists[kind][block->order]);
	return true;
}

static bool zone_is_empty(const struct heap_zone *zone)
{
	uint32_t orders = 0;

	for (unsigned int kind = 0; kind < HEAP_NR_KINDS; kind++)
		orders |= zone->orders[kind];
	return !orders;
}

/* Kinds in the order of preference: nothing to wipe first, or what the caller overwrites. */
static const uint8_t preference[2][HEAP_NR_KINDS] = {
	{HEAP_CLEAN, HEAP_BOOT, HEAP_DIRTY},
	{HEAP_BOOT, HEAP_DIRTY, HEAP_CLEAN},
};

static bool node_take(struct heap_node *node, unsigned int order, uint32_t flags, bool may_wipe,
		      struct heap_block *block)
{
	const uint8_t *kinds = preference[(flags & HEAP_FLAG_NO_SCRUB) != 0];
	unsigned int bits = heap_flags_to_bits(flags);
	unsigned int zone = bits ? width_to_zone(bits) : NR_ZONES - 1;

	for (;; zone--) {
		for (unsigned int i = 0; i < HEAP_NR_KINDS && !zone_is_empty(&node->zones[zone]);
		     i++) {
			enum heap_kind kind = (enum heap_kind)kinds[i];

			if (!may_wipe && kind != HEAP_CLEAN)
				continue;
			if (!zone_find(&node->zones[zone], kind, order, block))
				continue;
			block_remove(&node->zones[zone], block->page);
			block_cut(block, order);
			return true;
		}
		if (zone == 0)
			return false;
	}
}

static void node_join_kinds(struct heap_node *node, unsigned int order)
{
	unsigned int budget = JOIN_BUDGET;

	for (unsigned int zone = NR_ZONES; zone-- > 0 && budget;)
		zone_join_kinds(&node->zones[zone], order, &budget);
}

/* One round over the nodes, the preferred one first. */
static bool round_take(unsigned int order, uint32_t flags, bool may_wipe, bool join,
		       struct heap_block *block)
{
	unsigned int preferred = flags & 0xff;
	unsigned int start = preferred < nr_nodes ? preferred : 0;
	unsigned int nr = flags & HEAP_FLAG_EXACT_NODE ? 1 : nr_nodes;

	if ((flags & HEAP_FLAG_EXACT_NODE) && preferred >= nr_nodes)
		return false;
	for (unsigned int i = 0; i < nr; i++) {
		struct heap_node *node = nodes[(start + i) % nr_nodes];

		if (!node || node->nr_free < 1UL << order)
			continue;
		if (join)
			node_join_kinds(node, order);
		if (node_take(node, order, flags, may_wipe, block)) {
			node->nr_free -= 1UL << order;
			return true;
		}
	}
	return false;
}

bool heap_take(unsigned int order, uint32_t flags, bool may_wipe, uint64_t claimed,
	       struct heap_block *block)
{
	bool found = false;
	unsigned int bits = heap_flags_to_bits(flags);

	PERF_INC(heap_allocations);
	if (order > HEAP_MAX_ORDER || (bits && bits < FIRST_WIDTH))
		return false;
	spin_lock(&heap_lock);
	if (nr_free >= (1UL << order) + nr_claimed - MIN(claimed, nr_claimed)) {
		found = round_take(order, flags, may_wipe, false, block);
		if (!found && order > 0 && may_wipe)
			found = round_take(order, flags, may_wipe, true, block);
		if (found)
			nr_free -= 1UL << order;
	}
	spin_unlock(&heap_lock);
	return found;
}

static void free_count(uint64_t frame, uint64_t change)
{
	nodes[node_of(frame)]->nr_free += change;
	nr_free += change;
}

/* In no list, nobody can get a reference. */
static void frame_withhold(struct page *page)
{
	page->order = 0;
	page->owner_frame = 0;
	__atomic_store_n(&page->count_info, PAGE_OFFLINE, __ATOMIC_RELAXED);
}

/* Puts a block that counts as free into the lists, but for those of its frames that wait to go off. */
static void block_add(uint64_t frame, unsigned int order, enum heap_kind kind)
{
	if (likely(!offline_is_wanted(frame, 1UL << order))) {
		block_join(frame, order, kind);
	} else if (order > 0) {
		block_add(frame, order - 1, kind);
		block_add(frame + (1UL << (order - 1)), order - 1, kind);
	} else {
		BUG_ON(offline_mark(frame, HEAP_OFF));
		frame_withhold(mfn_to_page(mfn_from(frame)));
		free_count(frame, -1UL);
	}
}

/* The free block that has the frame in it; false when it isn't free. */
static bool block_find_around(uint64_t frame, struct heap_block *block)
{
	for (unsigned int order = 0; order <= HEAP_MAX_ORDER; order++) {
		uint64_t head = frame & ~((1UL << order) - 1);

		if (!mfn_is_valid(mfn_from(head)))
			continue;
		block->page = mfn_to_page(mfn_from(head));
		if (!(block->page->count_info & PAGE_FREE) || head_order(block->page) < order)
			continue;
		block->order = head_order(block->page);
		block->kind = head_kind(block->page);
		return true;
	}
	return false;
}

/* With the lock; a mark of its own was found room for before. */
static enum heap_mark frame_take_off(uint64_t frame)
{
	struct heap_block block;

	if (!block_find_around(frame, &block))
		return HEAP_PENDING;
	block_remove(zone_at(page_to_mfn(block.page).n), block.page);
	/* What waits is held back, and no longer free. */
	block_add(page_to_mfn(block.page).n, block.order, block.kind);
	return HEAP_OFF;
}

int heap_offline_page(struct page *page)
{
	uint64_t frame = page_to_mfn(page).n;
	int rc;

	spin_lock(&heap_lock);
	rc = (int)offline_find(frame);
	if (rc == HEAP_ON) {
		rc = offline_mark(frame, HEAP_PENDING);
		if (rc == 0)
			rc = (int)frame_take_off(frame);
	}
	spin_unlock(&heap_lock);
	return rc;
}

bool heap_online_page(struct page *page)
{
	uint64_t frame = page_to_mfn(page).n;
	enum heap_mark was;

	spin_lock(&heap_lock);
	was = offline_find(frame);
	offline_forget(frame);
	if (was == HEAP_OFF) {
		free_count(frame, 1);
		block_join(frame, 0, HEAP_DIRTY);
	}
	spin_unlock(&heap_lock);
	return was != HEAP_ON;
}

enum heap_mark heap_page_mark(const struct page *page)
{
	enum heap_mark mark;

	spin_lock(&heap_lock);
	mark = offline_find(page_to_mfn(page).n);
	spin_unlock(&heap_lock);
	return mark;
}

void heap_give(const struct heap_block *block)
{
	uint64_t frame = page_to_mfn(block->page).n;

	PERF_INC(heap_frees);
	spin_lock(&heap_lock);
	free_count(frame, 1UL << block->order);
	block_add(frame, block->order, block->kind);
	spin_unlock(&heap_lock);
}

/* The largest aligned block that starts at a frame other than 0 and ends by `end`: so it is of one width. */
static unsigned int largest_order(uint64_t frame, uint64_t end)
{
	unsigned int aligned = (unsigned int)__builtin_ctzl(frame);
	unsigned int fitting = 63 - (unsigned int)__builtin_clzl(end - frame);

	return MIN(MIN(aligned, fitting), HEAP_MAX_ORDER);
}

static void run_give(uint64_t first, uint64_t end)
{
	while (first < end) {
		unsigned int order = largest_order(first, MIN(end, node_end(first)));

		free_count(first, 1UL << order);
		block_add(first, order, HEAP_DIRTY);
		first += 1UL << order;
	}
}

void heap_free_runs(const struct heap_run *runs, unsigned int nr_runs)
{
	PERF_ADD(heap_frees, nr_runs);
	spin_lock(&heap_lock);
	for (unsigned int i = 0; i < nr_runs; i++) {
		uint64_t first = page_to_mfn(runs[i].first).n;

		run_give(first, first + runs[i].nr_pages);
	}
	spin_unlock(&heap_lock);
}

/* The smallest block of a kind anywhere: small ones first makes large ones whole. */
static bool unclean_find(enum heap_kind kind, struct heap_block *block)
{
	bool found = false;

	for (unsigned int n = 0; n < nr_nodes; n++) {
		for (unsigned int zone = 0; nodes[n] && zone < NR_ZONES; zone++) {
			struct heap_block candidate;

			if (!zone_find(&nodes[n]->zones[zone], kind, 0, &candidate))
				continue;
			if (!found || candidate.order < block->order)
				*block = candidate;
			found = true;
		}
	}
	return found;
}

bool heap_take_unclean(unsigned int order, bool boot_too, struct heap_block *block)
{
	bool found;

	spin_lock(&heap_lock);
	found = unclean_find(HEAP_DIRTY, block) || (boot_too && unclean_find(HEAP_BOOT, block));
	if (found) {
		block_remove(zone_at(page_to_mfn(block->page).n), block->page);
		block_cut(block, MIN(order, block->order));
	}
	spin_unlock(&heap_lock);
	return found;
}

void heap_give_clean(struct heap_block *block)
{
	spin_lock(&heap_lock);
	block_add(page_to_mfn(block->page).n, block->order, HEAP_CLEAN);
	spin_unlock(&heap_lock);
}

int heap_claim(uint64_t nr_pages)
{
	int rc = -ENOMEM;

	spin_lock(&heap_lock);
	if (nr_pages <= nr_free - MIN(nr_claimed, nr_free)) {
		nr_claimed += nr_pages;
		rc = 0;
	}
	spin_unlock(&heap_lock);
	return rc;
}

void heap_unclaim(uint64_t nr_pages)
{
	spin_lock(&heap_lock);
	BUG_ON(nr_pages > nr_claimed);
	nr_claimed -= nr_pages;
	spin_unlock(&heap_lock);
}

/* Start-up. */

/* Ranges come in any order; one that goes on where another of its node ends makes it longer. */
static void range_remember(uint64_t first, uint64_t end, unsigned int node)
{
	unsigned int at = 0;

	while (at < nr_ranges && ranges[at].first <= first)
		at++;
	if (at > 0 && ranges[at - 1].node == node && ranges[at - 1].end >= first) {
		ranges[at - 1].end = MAX(ranges[at - 1].end, end);
		return;
	}
	if (nr_ranges == NR_RANGES) {
		printk(LOG_WARNING,
		       "too many memory ranges: what's from frame %#lx counts as of another node",
		       first);
		return;
	}
	for (unsigned int i = nr_ranges; i > at; i--)
		ranges[i] = ranges[i - 1];
	ranges[at] = (struct heap_range){first, end, node};
	nr_ranges++;
}

static void frames_clear(uint64_t first, uint64_t end)
{
	for (; first < end; first++) {
		struct page *page = mfn_to_page(mfn_from(first));

		BUG_ON(page->count_info & (PAGE_FREE | PAGE_ALLOCATED));
		page->type_info = PAGE_TYPE_NONE;
		page->owner_frame = 0;
		page->order = 0;
		page->count_info = 0;
	}
}

/* A node's lists lie in its own memory, those of the first node in the image. */
static bool node_make(unsigned int number, uint64_t *first, uint64_t end)
{
	struct heap_node *node = &first_node;

	if (nr_nodes > 0) {
		if (end - *first < 1UL << NODE_ORDER)
			return false;
		node = mfn_to_virt(mfn_from(*first));
		for (uint64_t i = 0; i < 1UL << NODE_ORDER; i++)
			mfn_to_page(mfn_from(*first + i))->count_info = PAGE_HYPERVISOR | 1;
		*first += 1UL << NODE_ORDER;
	}
	memset(node, 0, sizeof(*node));
	for (unsigned int zone = 0; zone < NR_ZONES; zone++)
		for (unsigned int kind = 0; kind < HEAP_NR_KINDS; kind++)
			for (unsigned int order = 0; order < NR_ORDERS; order++)
				page_list_init(&node->zones[zone].lists[kind][order]);
	nodes[number] = node;
	nr_nodes = MAX(nr_nodes, number + 1);
	return true;
}

void heap_add_range(mfn_t start, uint64_t nr_pages, unsigned int node)
{
	/* Frame 0 stands for none. */
	uint64_t first = MAX(start.n, 1), end = start.n + nr_pages;

	if (node >= NR_NODES || first >= end)
		return;
	frames_clear(first, end);
	spin_lock(&heap_lock);
	nr_total += end - first;
	if (!nodes[node] && !node_make(node, &first, end)) {
		spin_unlock(&heap_lock);
		printk(LOG_WARNING, "node %u is too small: %lu pages are left unused", node,
		       end - first);
		return;
	}
	range_remember(first, end, node);
	nr_free += end - first;
	while (first < end) {
		unsigned int order = largest_order(first, end);

		nodes[node_of(first)]->nr_free += 1UL << order;
		block_join(first, order, HEAP_BOOT);
		first += 1UL << order;
	}
	spin_unlock(&heap_lock);
}

/* Start-up's other half: frames of a module that nobody gave to the heap yet. */

void heap_adopt_reserved(mfn_t first, uint64_t nr_pages)
{
	frames_clear(first.n, first.n + nr_pages);
	spin_lock(&heap_lock);
	if (nr_nodes == 0)
		panic("a module's memory comes before the heap's");
	nr_total += nr_pages;
	spin_unlock(&heap_lock);
}

uint64_t heap_nr_free_pages(void)
{
	return READ_ONCE(nr_free);
}

uint64_t heap_nr_free_pages_node(unsigned int node)
{
	return node < NR_NODES && nodes[node] ? READ_ONCE(nodes[node]->nr_free) : 0;
}

uint64_t heap_nr_total_pages(void)
{
	return READ_ONCE(nr_total);
}

uint64_t heap_nr_unclean_pages(bool boot_too)
{
	return READ_ONCE(nr_by_kind[HEAP_DIRTY]) +
	       (boot_too ? READ_ONCE(nr_by_kind[HEAP_BOOT]) : 0);
}

uint64_t heap_nr_claimed_pages(void)
{
	return READ_ONCE(nr_claimed);
}

static uint64_t zone_nr_free(const struct heap_zone *zone)
{
	uint64_t nr = 0;

	for (unsigned int kind = 0; kind < HEAP_NR_KINDS; kind++)
		for (unsigned int order = 0; order < NR_ORDERS; order++)
			nr += READ_ONCE(zone->lists[kind][order].nr_pages) << order;
	return nr;
}

uint64_t heap_nr_free_pages_width(unsigned int node, unsigned int min_bits, unsigned int max_bits)
{
	unsigned int last = max_bits ? width_to_zone(max_bits) : NR_ZONES - 1;
	uint64_t nr = 0;

	if (node >= NR_NODES || !nodes[node])
		return 0;
	for (unsigned int zone = width_to_zone(min_bits); zone <= last; zone++)
		nr += zone_nr_free(&nodes[node]->zones[zone]);
	return nr;
}

uint64_t heap_nr_unwiped_pages(void)
{
	return heap_nr_unclean_pages(false);
}
