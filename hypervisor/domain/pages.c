/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pages of a domain: charged to it, shared with it by the hypervisor, on
 * their way from it in a swap; and what it was promised. Free memory is mm/heap.c's.
 * While a domain is charged for pages, they hold one reference to it.
 */
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/page_count.h"
#include "hv/printk.h"

/* After this, references to the pages can be had. */
static void pages_publish(struct domain *d, struct page *page, uint64_t nr_pages)
{
	for (uint64_t i = 0; i < nr_pages; i++) {
		page[i].type_info = PAGE_TYPE_NONE;
		page[i].order = 0;
		page_set_owner(&page[i], d);
		__atomic_store_n(&page[i].count_info, PAGE_ALLOCATED | 1, __ATOMIC_RELEASE);
	}
}

/* The mark of a page that is owned but not charged: it is its own neighbour. */
static void page_mark_uncharged(struct page *page)
{
	page->list_next = (uint32_t)page_to_mfn(page).n;
}

static bool page_is_charged(const struct page *page)
{
	return page->list_next != (uint32_t)page_to_mfn(page).n;
}

static int domain_check_room(const struct domain *d, uint64_t nr_pages, uint32_t flags)
{
	if (domain_is_dying(d))
		return -EINVAL;
	if (flags & (HEAP_FLAG_NO_CHARGE | HEAP_FLAG_CHARGED))
		return 0;
	return nr_pages > d->max_pages || d->tot_pages > d->max_pages - nr_pages ? -E2BIG : 0;
}

/* A claim is for pages to come: those that came shorten it. */
static void claim_use(struct domain *d, uint64_t nr_pages)
{
	uint64_t used = MIN(nr_pages, d->outstanding_pages);

	if (!used)
		return;
	d->outstanding_pages -= (uint32_t)used;
	heap_unclaim(used);
}

static void domain_charge(struct domain *d, uint64_t nr_pages)
{
	if (d->tot_pages == 0)
		BUG_ON(!domain_get(d));
	d->tot_pages += (uint32_t)nr_pages;
	claim_use(d, nr_pages);
}

/* True when these were the last: the caller drops the pages' reference once it holds no lock. */
static bool must_check domain_uncharge(struct domain *d, uint64_t nr_pages)
{
	BUG_ON(d->tot_pages < nr_pages);
	d->tot_pages -= (uint32_t)nr_pages;
	return nr_pages && d->tot_pages == 0;
}

int heap_assign_pages(struct domain *d, struct page *page, unsigned int order, uint32_t flags)
{
	uint64_t nr_pages = 1UL << order;
	int rc;

	spin_lock(&d->page_lock);
	rc = domain_check_room(d, nr_pages, flags);
	if (rc == 0) {
		if (!(flags & (HEAP_FLAG_NO_CHARGE | HEAP_FLAG_CHARGED)))
			domain_charge(d, nr_pages);
		for (uint64_t i = 0; i < nr_pages; i++) {
			if (flags & HEAP_FLAG_NO_CHARGE)
				page_mark_uncharged(&page[i]);
			else
				page_list_add_tail(&d->page_list, &page[i]);
		}
		pages_publish(d, page, nr_pages);
	}
	spin_unlock(&d->page_lock);
	return rc;
}

/* By turns of 2 MiB from the nodes that it is to live on, when the caller has no wish. */
static uint32_t flags_with_node(const struct domain *d, uint32_t flags)
{
	uint64_t nodes = READ_ONCE(d->node_affinity);
	uint32_t skip;

	if (likely(!nodes) || (flags & HEAP_NODE_ANY) != HEAP_NODE_ANY)
		return flags;
	for (skip = (d->tot_pages >> ORDER_2M) %
		    (uint32_t)bitmap_weight((unsigned long *)&nodes, 64);
	     skip; skip--)
		nodes &= nodes - 1;
	return (flags & ~HEAP_NODE_ANY) | HEAP_FLAG_NODE((uint32_t)__builtin_ctzll(nodes));
}

struct page *heap_alloc_domain(struct domain *d, unsigned int order, uint32_t flags)
{
	struct page *page;

	/* Looked at before the work of wiping; the assignment looks again. */
	if (order > HEAP_MAX_ORDER || domain_check_room(d, 1UL << order, flags))
		return NULL;
	page = heap_alloc_claimed(order, flags_with_node(d, flags),
				  READ_ONCE(d->outstanding_pages));
	if (!page || heap_assign_pages(d, page, order, flags) == 0)
		return page;
	heap_free_unowned(page, order);
	return NULL;
}

void heap_release_domain_page(struct page *page)
{
	struct domain *d = page_owner(page);
	bool was_last = false;

	if (d) {
		spin_lock(&d->page_lock);
		if (page_is_charged(page)) {
			page_list_remove(&d->page_list, page);
			was_last = domain_uncharge(d, 1);
		}
		page_set_owner(page, NULL);
		spin_unlock(&d->page_lock);
		m2p_set(page_to_mfn(page), INVALID_FRAME);
	}
	page->count_info = 0;
	heap_free_unowned(page, 0);
	if (was_last)
		domain_put(d);
}

/* Of a dying domain, in one hold of its lock. */
#define RELEASED_AT_ONCE 128
#define RUNS_AT_ONCE 32

struct release {
	struct heap_run runs[RUNS_AT_ONCE];
	unsigned int nr_runs;
	uint64_t nr_pages; /* in the runs */
	struct page_list kept;
};

/* True when it was the last; others that hold the page free it. */
static always_inline bool owner_reference_drop(struct page *page)
{
	uint64_t x = __atomic_load_n(&page->count_info, __ATOMIC_RELAXED), left;

	do {
		if (!(x & PAGE_ALLOCATED))
			return false;
		left = (x & ~PAGE_ALLOCATED) - 1;
		if (!(left & PAGE_COUNT_MASK))
			left = 0;
	} while (!page_word_replace(&page->count_info, &x, left));
	return left == 0;
}

static always_inline void release_add(struct release *release, struct page *page)
{
	struct heap_run *run = release->nr_runs ? &release->runs[release->nr_runs - 1] : NULL;

	/* As page_release() does, which these don't come by. */
	BUG_ON(page->type_info & (PAGE_TYPE_COUNT_MASK | PAGE_TYPE_LOCKED | PAGE_TYPE_PARTIAL));
	page->type_info = PAGE_TYPE_SHARED | page_type_stamp();
	page->owner_frame = 0;
	release->nr_pages++;
	if (run && page == run->first + run->nr_pages)
		run->nr_pages++;
	else
		release->runs[release->nr_runs++] = (struct heap_run){page, 1};
}

/* How many pages of the list it has seen; page_lock held. */
static uint64_t release_collect(struct release *release, struct domain *d, uint64_t nr)
{
	struct page *page = page_list_first(&d->page_list), *next;
	uint64_t seen = 0;

	nr = MIN(nr, MIN(d->page_list.nr_pages, RELEASED_AT_ONCE));
	for (; seen < nr && release->nr_runs < RUNS_AT_ONCE; seen++, page = next) {
		next = page_list_next(&d->page_list, page);
		if (owner_reference_drop(page))
			release_add(release, page);
		else
			page_list_add_tail(&release->kept, page);
	}
	page_list_cut(&d->page_list, page, seen);
	while ((page = page_list_first(&release->kept))) {
		page_list_remove(&release->kept, page);
		page_list_add_tail(&d->page_list, page);
	}
	return seen;
}

uint64_t heap_release_domain_pages(struct domain *d, uint64_t nr)
{
	struct release release;
	bool was_last;
	uint64_t seen;

	release.nr_runs = 0;
	release.nr_pages = 0;
	page_list_init(&release.kept);
	spin_lock(&d->page_lock);
	seen = release_collect(&release, d, nr);
	was_last = domain_uncharge(d, release.nr_pages);
	spin_unlock(&d->page_lock);
	for (unsigned int i = 0; i < release.nr_runs; i++)
		m2p_clear(page_to_mfn(release.runs[i].first), release.runs[i].nr_pages);
	heap_free_runs(release.runs, release.nr_runs);
	if (was_last)
		domain_put(d);
	return seen;
}

/* Stale translations of guests may be left: page_flush_before_reuse() and the next type read this. */
static void page_stamp(struct page *page)
{
	page->type_info = PAGE_TYPE_SHARED |
			  (tlb_clock_read() << PAGE_TYPE_STAMP_SHIFT & PAGE_TYPE_STAMP_MASK);
}

bool heap_steal_page(struct domain *d, struct page *page)
{
	uint64_t expected = PAGE_ALLOCATED | 1 | (READ_ONCE(page->count_info) & PAGE_FOREIGN);
	bool stolen = false;

	spin_lock(&d->page_lock);
	if (page_owner(page) == d && page_is_charged(page) &&
	    __atomic_compare_exchange_n(&page->count_info, &expected, 0, false, __ATOMIC_SEQ_CST,
					__ATOMIC_RELAXED)) {
		/* The owner's reference was the only one, so there is no use of a type either. */
		BUG_ON(page->type_info & PAGE_TYPE_COUNT_MASK);
		page_list_remove(&d->page_list, page);
		page_set_owner(page, NULL);
		page_stamp(page);
		stolen = true;
	}
	spin_unlock(&d->page_lock);
	return stolen;
}

void heap_return_page(struct domain *d, struct page *page)
{
	bool is_dying, was_last = false;

	spin_lock(&d->page_lock);
	is_dying = domain_is_dying(d);
	if (is_dying) {
		was_last = domain_uncharge(d, 1);
	} else {
		page_list_add_tail(&d->page_list, page);
		page_set_owner(page, d);
		__atomic_store_n(&page->count_info, PAGE_ALLOCATED | PAGE_FOREIGN | 1,
				 __ATOMIC_RELEASE);
	}
	spin_unlock(&d->page_lock);
	if (is_dying)
		heap_free_stolen_page(page);
	if (was_last)
		domain_put(d);
}

void heap_free_stolen_page(struct page *page)
{
	m2p_set(page_to_mfn(page), INVALID_FRAME);
	heap_free_unowned(page, 0);
}

void heap_uncharge(struct domain *d, uint64_t nr_pages)
{
	bool was_last;

	spin_lock(&d->page_lock);
	was_last = domain_uncharge(d, nr_pages);
	spin_unlock(&d->page_lock);
	if (was_last)
		domain_put(d);
}

int heap_set_claim(struct domain *d, uint64_t nr_pages)
{
	uint64_t wanted;
	int rc = 0;

	spin_lock(&d->page_lock);
	wanted = nr_pages > d->tot_pages ? nr_pages - d->tot_pages : 0;
	if (nr_pages == 0)
		claim_use(d, d->outstanding_pages);
	else if (domain_is_dying(d) || d->outstanding_pages || !wanted || nr_pages > d->max_pages)
		rc = -EINVAL;
	else
		rc = heap_claim(wanted);
	if (rc == 0 && nr_pages)
		d->outstanding_pages = (uint32_t)wanted;
	spin_unlock(&d->page_lock);
	return rc;
}

/* The hypervisor's, shared with a domain. */

void heap_share_with(void *address, struct domain *d, bool writable)
{
	struct page *page = virt_to_page(address);

	spin_lock(&d->page_lock);
	BUG_ON((page->count_info & (PAGE_HYPERVISOR | PAGE_ALLOCATED)) != PAGE_HYPERVISOR);
	/* A use of type NONE that never ends keeps all other types away. */
	page->type_info = (writable ? PAGE_TYPE_WRITABLE : PAGE_TYPE_NONE) | 1;
	page_set_owner(page, d);
	page_list_add_tail(&d->shared_list, page);
	__atomic_fetch_or(&page->count_info, PAGE_ALLOCATED, __ATOMIC_RELEASE);
	spin_unlock(&d->page_lock);
}

bool heap_unshare(void *address)
{
	struct page *page = virt_to_page(address);
	struct domain *d = page_owner(page);
	uint64_t expected;

	BUG_ON(!d || !(page->count_info & PAGE_HYPERVISOR));
	spin_lock(&d->page_lock);
	/* PAGE_FOREIGN may be set as well. */
	expected = page->count_info & ~PAGE_COUNT_MASK;
	expected |= 1;
	if (!__atomic_compare_exchange_n(&page->count_info, &expected, PAGE_HYPERVISOR | 1, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
		spin_unlock(&d->page_lock);
		return false;
	}
	page_list_remove(&d->shared_list, page);
	page_set_owner(page, NULL);
	page_stamp(page);
	spin_unlock(&d->page_lock);
	return true;
}

void heap_unshare_when_unused(void *address)
{
	struct page *page = virt_to_page(address);

	BUG_ON(!page_owner(page) || !(page->count_info & PAGE_HYPERVISOR));
	page_put_allocated(page);
}

void heap_release_shared_page(struct page *page)
{
	struct domain *d = page_owner(page);

	BUG_ON((page->type_info & PAGE_TYPE_COUNT_MASK) != 1);
	spin_lock(&d->page_lock);
	page_list_remove(&d->shared_list, page);
	page_set_owner(page, NULL);
	page_stamp(page);
	__atomic_store_n(&page->count_info, PAGE_HYPERVISOR | 1, __ATOMIC_RELEASE);
	spin_unlock(&d->page_lock);
	domain_put(d);
}
