/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame table: one struct page for each frame of RAM, with two counts.
 *  - count: how many references keep the frame allocated to its owner.
 *    PAGE_ALLOCATED is the owner's own reference (dropped once by
 *    test-and-clear); at 0 the frame is freed. Saturates: a get that would
 *    overflow fails.
 *  - type: what the frame is used as, and how many uses rely on that. The type
 *    changes only while its count is 0. Validated page-table types are the PV
 *    MMU's (asm/pv_mmu.h), which also owns PINNED, VALIDATED and PARTIAL.
 * Invariant: no frame is mapped writable in a guest while it has a page-table
 * or descriptor type. Those types count only once VALIDATED; until then the
 * one use of it is LOCKED (a CPU works on it) or PARTIAL (the work was
 * pre-empted: the state itself owns that use and a general reference).
 */
#ifndef HV_PAGE_H
#define HV_PAGE_H

#include "asm/page.h"
#include "hv/types.h"

struct domain;

struct page {
	uint64_t count_info; /* [a] PAGE_* flags and the reference count */
	uint64_t type_info;  /* [a] PAGE_TYPE_* and the type count */
	uint32_t
		owner_frame; /* frame of the owner's struct domain; 0: none [set while count is 0 or under page_list] */
	union {
		uint32_t order; /* free: order of the block this frame heads */
		struct {
			uint16_t partial; /* page table: how far validation got, PAGE_PARTIAL_* */
			int16_t linear_count; /* L4: entries that are other L4s; below 0: such uses of it */
		};
	};
	uint32_t
		list_next; /* frame numbers, PAGE_LIST_END ends; a free block's or the owner's list */
	uint32_t list_previous;
};

_Static_assert(sizeof(struct page) == 32, "struct page");

#define PAGE_LIST_END UINT32_MAX

/* count_info */
#define PAGE_ALLOCATED (1ULL << 63) /* the owner's reference is outstanding */
#define PAGE_HYPERVISOR \
	(1ULL           \
	 << 62) /* belongs to the hypervisor; may be shared with a guest (shared_info, grant frames) */
#define PAGE_FREE (1ULL << 61)	  /* in the allocator */
#define PAGE_OFFLINE (1ULL << 60) /* never handed out */
#define PAGE_DIRTY (1ULL << 59)	  /* free, still holds a guest's data */
#define PAGE_RESERVED_BIT 58
#define PAGE_RESERVED \
	(1ULL << PAGE_RESERVED_BIT) /* firmware, hypervisor image, I/O: no owner but the machine */
#define PAGE_FOREIGN (1ULL << 57)   /* since its allocation a domain beside the owner mapped it */
#define PAGE_COUNT_MASK ((1ULL << 48) - 1)

/* type_info */
#define PAGE_TYPE_MASK (15ULL << 60)
#define PAGE_TYPE_NONE (0ULL << 60)
#define PAGE_TYPE_L1 (1ULL << 60)
#define PAGE_TYPE_L2 (2ULL << 60)
#define PAGE_TYPE_L3 (3ULL << 60)
#define PAGE_TYPE_L4 (4ULL << 60)
#define PAGE_TYPE_DESCRIPTOR (5ULL << 60)
#define PAGE_TYPE_WRITABLE (6ULL << 60)
#define PAGE_TYPE_SHARED (7ULL << 60)
#define PAGE_TYPE_PINNED (1ULL << 59)
#define PAGE_TYPE_VALIDATED (1ULL << 58)
#define PAGE_TYPE_PARTIAL (1ULL << 57)
#define PAGE_TYPE_LOCKED (1ULL << 56)
/* Flush clock when the count last fell, low bits: older translations than that may be in a TLB. */
#define PAGE_TYPE_STAMP_SHIFT 32
#define PAGE_TYPE_STAMP_MASK (((1ULL << 24) - 1) << PAGE_TYPE_STAMP_SHIFT)
#define PAGE_TYPE_COUNT_MASK ((1ULL << 32) - 1)

/* partial: the entries below COUNT hold their references; ENTRY: the one at COUNT holds a general one while its own page is
 * PARTIAL; UNDO: being taken back; FAILED: because an entry was refused. */
#define PAGE_PARTIAL_COUNT 0x3ff
#define PAGE_PARTIAL_ENTRY 0x400
#define PAGE_PARTIAL_UNDO 0x800
#define PAGE_PARTIAL_FAILED 0x1000

/* A list of pages chained through the frame table; callers hold the lock that protects the list. */
struct page_list {
	uint32_t first, last;
	uint64_t nr_pages;
};

#define PAGE_LIST_INIT                          \
	{                                       \
		PAGE_LIST_END, PAGE_LIST_END, 0 \
	}

/* Frame numbers from 0 to below it are covered by the frame table (with holes: mfn_is_valid()). */
extern uint64_t frame_table_nr_frames;

/* True for RAM and whatever else the frame table describes. Needed before mfn_to_page() on numbers from guests. */
bool mfn_is_valid(mfn_t mfn);

static always_inline struct page *mfn_to_page(mfn_t mfn)
{
	return (struct page *)FRAME_TABLE_START + mfn.n;
}

static always_inline mfn_t page_to_mfn(const struct page *page)
{
	return mfn_from((uint64_t)(page - (const struct page *)FRAME_TABLE_START));
}

static always_inline void *mfn_to_virt(mfn_t mfn)
{
	return (void *)(DIRECT_MAP_START + (mfn.n << PAGE_SHIFT));
}

/* Only for addresses in the direct map. */
static always_inline mfn_t virt_to_mfn(const void *address)
{
	return mfn_from(((uint64_t)address - DIRECT_MAP_START) >> PAGE_SHIFT);
}

static always_inline void *page_to_virt(const struct page *page)
{
	return mfn_to_virt(page_to_mfn(page));
}

static always_inline struct page *virt_to_page(const void *address)
{
	return mfn_to_page(virt_to_mfn(address));
}

static always_inline void *paddr_to_virt(paddr_t address)
{
	return (void *)(DIRECT_MAP_START + address.a);
}

/* The owner, or NULL. Stable only while the caller holds a reference or the owner's page_list lock. */
static always_inline struct domain *page_owner(const struct page *page)
{
	uint32_t frame = page->owner_frame;

	return frame ? (struct domain *)mfn_to_virt(mfn_from(frame)) : NULL;
}

static always_inline void page_set_owner(struct page *page, const struct domain *d)
{
	page->owner_frame = d ? (uint32_t)virt_to_mfn(d).n : 0;
}

/* Takes a reference if the frame is allocated to d; false when it isn't or the count is full. Lock-free. */
bool must_check page_get(struct page *page, const struct domain *d);
/* Takes a reference whoever owns it; NULL when nobody does. */
struct domain *must_check page_get_owner(struct page *page);
/* Another reference beside one that the caller already holds (saturation panics: broken hypervisor). */
void page_get_known(struct page *page);
/* Drops a reference; the last one frees the frame to the heap. Any context without page_list held. */
void page_put(struct page *page);
/* What page_put() does with the last one; for hv/page_count.h. */
void page_release(struct page *page);
/* Drops the owner's own reference if it is still outstanding (once per frame). */
void page_put_allocated(struct page *page);

/* Takes a type reference beside a general reference that the caller holds; 0, -EINVAL (other type), or -ERESTART
 * (validation was pre-empted; only page-table types). Page-table types need current to be the owner's vcpu or the
 * owner paused. */
int must_check page_get_type(struct page *page, uint64_t type);
void page_put_type(struct page *page);
/* Pre-emptible form for page tables: the type reference is gone in any case; -ERESTART: the caller keeps its general reference and
 * calls page_finish_undo() until that gives 0. */
int must_check page_put_type_preemptible(struct page *page);
/* Goes on taking apart what is PARTIAL; 0 when it isn't (any more), -ERESTART. Caller holds a general reference. */
int must_check page_finish_undo(struct page *page);
/* The last general reference is gone and the heap is about to hand the frames out again: flushes stale translations of them. */
void page_flush_before_reuse(struct page *page, unsigned int order);
/* The pair: page_get() and page_get_type(). */
int must_check page_get_and_type(struct page *page, const struct domain *d, uint64_t type);
void page_put_and_type(struct page *page);

void page_list_init(struct page_list *list);
void page_list_add(struct page_list *list, struct page *page); /* at the head */
void page_list_add_tail(struct page_list *list, struct page *page);
void page_list_remove(struct page_list *list, struct page *page);
/* The first nr pages leave; `rest` is the one behind them, or NULL. */
void page_list_cut(struct page_list *list, struct page *rest, uint64_t nr);
/* What ends with `last` goes behind the rest. */
void page_list_rotate(struct page_list *list, struct page *last);
struct page *page_list_first(const struct page_list *list); /* or NULL */
struct page *page_list_next(const struct page_list *list, const struct page *page);

/* Machine to physical table, readable by guests. */
void m2p_set(mfn_t mfn, uint64_t gfn);
void m2p_clear(mfn_t first, uint64_t nr_frames);
uint64_t m2p_get(mfn_t mfn);	 /* INVALID_FRAME for none */
mfn_t m2p_frame(uint64_t index); /* of the index-th 2 MiB of the table; INVALID_FRAME in a hole */
/* Start-up: whoever may map d's frames (hypervisor_domain's) may read the table. */
void m2p_share(struct domain *d);

#endif
