/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator: buddy lists by NUMA node, orders 0 to HEAP_MAX_ORDER
 * (1 GiB). Frees of guest memory are scrubbed before reuse (lazily, by idle
 * CPUs or at allocation). Guest pages are charged to their domain.
 * Also the small-object allocator and the virtual mapping area.
 */
#ifndef HV_HEAP_H
#define HV_HEAP_H

#include "hv/page.h"
#include "hv/types.h"

#define HEAP_MAX_ORDER 18
#define HEAP_WIPE_ORDER 8 /* larger blocks aren't wiped in one go: heap_scrub_step() */
#define ORDER_2M 9
#define ORDER_1G 18

#define HEAP_NODE_ANY 0xffu
#define HEAP_FLAG_NODE(n) ((uint32_t)(n)&0xff) /* preferred node; others when it is empty */
#define HEAP_FLAG_EXACT_NODE (1u << 8)
#define HEAP_FLAG_NO_SCRUB (1u << 9) /* the caller overwrites it all */
#define HEAP_FLAG_NO_CHARGE \
	(1u << 10) /* owned, but not counted against max_pages (not on page_list) */
#define HEAP_FLAG_BELOW_4G (1u << 11)
#define HEAP_FLAG_CHARGED \
	(1u << 12) /* heap_assign_pages(): in place of stolen pages, counted already */
/* Physical addresses below 2^bits; 24 at least, else nothing fits. */
#define HEAP_FLAG_ADDRESS_BITS(bits) ((uint32_t)(bits) << 16)
#define HEAP_FLAG_DEFAULT HEAP_NODE_ANY

/* 0: any address. */
static always_inline unsigned int heap_flags_to_bits(uint32_t flags)
{
	unsigned int bits = flags >> 16 & 0xff;

	return flags & HEAP_FLAG_BELOW_4G && (!bits || bits > 32) ? 32 : bits;
}

/* Start-up: gives a range of free RAM to the heap. */
void heap_add_range(mfn_t start, uint64_t nr_pages, unsigned int node);
/* Frames of a boot module, in no list yet: allocated and owner-less from now on, as heap_alloc_unowned() leaves them, so
 * heap_assign_pages() may give them to a domain and they end in the heap. */
void heap_adopt_reserved(mfn_t first, uint64_t nr_pages);
/* After softirqs: idle CPUs wipe from now on; blocks over 1 MiB are no longer wiped at allocation. */
void heap_start_scrub(void);
/* For the idle loop: true when SOFTIRQ_SCRUB should be raised; it then has this CPU take one piece, others none. No lock. */
bool heap_needs_scrub(void);
/* Wipes 1 MiB at most, for callers whose allocation of a larger block failed; true when it's worth another try. No lock held. */
bool must_check heap_scrub_step(void);

/* 2^order contiguous pages for the hypervisor itself, zeroed but with HEAP_FLAG_NO_SCRUB, PAGE_HYPERVISOR, count 1, no owner; NULL when there are none. */
void *must_check heap_alloc(unsigned int order, uint32_t flags);
void heap_free(void *address, unsigned int order);

/* 2^order pages for d: charged, on its page_list, scrubbed, PAGE_ALLOCATED | count 1, type none. NULL: no memory or over
 * max_pages or d dying. Takes page_list. */
struct page *must_check heap_alloc_domain(struct domain *d, unsigned int order, uint32_t flags);
/* Makes nr allocated, owner-less pages (from heap_alloc_unowned) d's: -E2BIG over max_pages, -EINVAL when d is dying. */
int must_check heap_assign_pages(struct domain *d, struct page *page, unsigned int order,
				 uint32_t flags);
struct page *must_check heap_alloc_unowned(unsigned int order, uint32_t flags);
void heap_free_unowned(struct page *page, unsigned int order);
/* The same for one whom that many pages of the claims were promised. */
struct page *must_check heap_alloc_claimed(unsigned int order, uint32_t flags, uint64_t claimed);
/* Frees runs of neighbouring pages that are nobody's, in one hold of the heap's lock. */
struct heap_run {
	struct page *first;
	uint64_t nr_pages;
};
void heap_free_runs(const struct heap_run *runs, unsigned int nr_runs);
/* Keeps free pages for those they are promised to, and ends that; domains' by heap_set_claim(). -ENOMEM. */
int must_check heap_claim(uint64_t nr_pages);
void heap_unclaim(uint64_t nr_pages);
/* The end of a frame's last reference: uncharges the owner and frees (only from page_put()). */
void heap_release_domain_page(struct page *page);
/* d is dying: drops the owner's reference of some pages of its list, at most nr, and frees those that nobody else holds; the others go to the
 * end of the list. How many it has seen, 0 when the list is empty: short enough to be done without a look for softirqs. No lock held. */
uint64_t heap_release_domain_pages(struct domain *d, uint64_t nr);
/*
 * A swap of pages (XENMEM_exchange). heap_steal_page() makes a page that nothing maps owner-less while d stays charged for it; false
 * when it isn't d's or is in use. Then one of: heap_return_page() gives it back (to the heap when d is dying);
 * heap_free_stolen_page(), with heap_assign_pages(HEAP_FLAG_CHARGED) or heap_uncharge() for as many. Take page_list.
 */
bool must_check heap_steal_page(struct domain *d, struct page *page);
void heap_return_page(struct domain *d, struct page *page);
void heap_free_stolen_page(struct page *page);
void heap_uncharge(struct domain *d, uint64_t nr_pages);
/* A hypervisor page that a guest may map (shared_info, grant frames, runstate…): sets owner d, PAGE_HYPERVISOR kept, type writable or, for
 * read-only, none with no writable mapping allowed. Undo after the guest's references are gone: heap_unshare(). */
void heap_share_with(void *address, struct domain *d, bool writable);
/* True when the guest has no reference left, so that the page was taken back and may be freed. */
bool must_check heap_unshare(void *address);
/* The guest is dying: the page is taken back as soon as nobody maps it. Until then it keeps the domain by a reference, which the caller
 * has taken for it. No lock held. */
void heap_unshare_when_unused(void *address);
/* The end of such a page's last mapping (only from page_put()). */
void heap_release_shared_page(struct page *page);

/* What d is promised in total: its later pages count against it. 0 ends a claim. -EINVAL (there is one, d has as many, over
 * max_pages, dying), -ENOMEM. Takes page_list. */
int must_check heap_set_claim(struct domain *d, uint64_t nr_pages);

/*
 * Frames that must not be used any more. A free one is off at once, one in use when it is freed; until it is on again nobody gets it, and it
 * counts as free no more. heap_offline_page(): the new mark, or -ENOSPC (too many frames are marked). heap_online_page(): false when it was on.
 */
enum heap_mark { HEAP_ON, HEAP_PENDING, HEAP_OFF };
int must_check heap_offline_page(struct page *page);
bool heap_online_page(struct page *page);
enum heap_mark heap_page_mark(const struct page *page);

uint64_t heap_nr_free_pages(void);
uint64_t heap_nr_claimed_pages(void);
uint64_t heap_nr_free_pages_node(unsigned int node);
uint64_t heap_nr_total_pages(void);
/* Free pages of a node whose addresses need min_bits to max_bits (0: no bound), counted by the allocator's widths: 24 bits and below are
 * one. Not of one moment. */
uint64_t heap_nr_free_pages_width(unsigned int node, unsigned int min_bits, unsigned int max_bits);
/* Free, but with somebody's data in them still. */
uint64_t heap_nr_unwiped_pages(void);

/* Small objects, zeroed, aligned to 16 (or to their size's power of two up to 64); sizes over a page fall back to heap_alloc. */
void *must_check object_alloc(size_t bytes);
void *must_check object_alloc_array(size_t nr, size_t bytes);
void object_free(void *object);

/* Virtual mapping area: pages mapped in order, a guard page behind. NULL when there is no room. */
void *must_check vmap_map(const mfn_t *mfns, unsigned int nr_pages, uint64_t pte_flags);
void *must_check vmap_map_contiguous(mfn_t first, unsigned int nr_pages, uint64_t pte_flags);
void vmap_unmap(void *address);
/* Addresses only, for who maps holes into them (hv_map(), hv_unmap()); alignment in bytes, a power of two. 0 when there is no room. */
uint64_t must_check vmap_reserve(uint64_t nr_pages, uint64_t alignment);
void vmap_release(uint64_t address);
/* Memory-mapped I/O, uncached; any alignment. */
void *must_check ioremap(paddr_t address, size_t bytes);
void iounmap(void *address);

#endif
