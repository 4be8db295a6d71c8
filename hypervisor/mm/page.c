/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reference and type counts of frames. Both are single words changed by
 * compare-and-exchange; what a page-table type means, and how to build and
 * take apart such a page, is the PV MMU's (asm/pv_mmu.h).
 * A type's last put stamps the flush clock into the word, so that the next
 * type knows which CPUs may still translate to the frame as it was.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/page_count.h"
#include "hv/printk.h"

#define TYPE_AGAIN 1 /* the word changed meanwhile */
#define PARTIAL_WHOLE (PT_ENTRIES | PAGE_PARTIAL_UNDO)

static always_inline uint64_t word_read(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* General references. */

bool page_get(struct page *page, const struct domain *d)
{
	return page_get_inline(page, page_owner_frame(d));
}

struct domain *page_get_owner(struct page *page)
{
	struct domain *d;

	if (!page_count_take(page, word_read(&page->count_info)))
		return NULL;
	d = page_owner(page);
	if (!d)
		page_put(page);
	return d;
}

void page_get_known(struct page *page)
{
	uint64_t old = __atomic_fetch_add(&page->count_info, 1, __ATOMIC_RELAXED);

	BUG_ON(((old + 1) & PAGE_COUNT_MASK) <= 1);
}

cold_function void page_release(struct page *page)
{
	/* Its use that keeps other types away ends there. */
	if (page->count_info & PAGE_HYPERVISOR && page_owner(page)) {
		heap_release_shared_page(page);
		return;
	}
	BUG_ON(page->type_info & (PAGE_TYPE_COUNT_MASK | PAGE_TYPE_LOCKED | PAGE_TYPE_PARTIAL));
	/* Any type but NONE says that there is a stamp. */
	page->type_info = PAGE_TYPE_SHARED | page_type_stamp();
	heap_release_domain_page(page);
}

void page_put(struct page *page)
{
	page_put_inline(page);
}

void page_put_allocated(struct page *page)
{
	if (__atomic_fetch_and(&page->count_info, ~PAGE_ALLOCATED, __ATOMIC_SEQ_CST) &
	    PAGE_ALLOCATED)
		page_put(page);
}

/* Flushes whoever may still reach the frame by a translation older than the word's stamp. */
static void type_flush(const struct domain *d, uint64_t x)
{
	tlb_flush_stale(d, (uint32_t)((x & PAGE_TYPE_STAMP_MASK) >> PAGE_TYPE_STAMP_SHIFT),
			(uint32_t)(PAGE_TYPE_STAMP_MASK >> PAGE_TYPE_STAMP_SHIFT));
}

void page_flush_before_reuse(struct page *page, unsigned int order)
{
	uint64_t flushed = PAGE_TYPE_NONE;

	for (uint64_t i = 0; i < 1UL << order; i++) {
		uint64_t x = page[i].type_info;

		if (x == PAGE_TYPE_NONE)
			continue;
		/* Those that were freed together have one stamp. */
		if (x != flushed)
			type_flush(NULL, x);
		flushed = x;
		page[i].type_info = PAGE_TYPE_NONE;
	}
}

/* Types. */

static always_inline bool type_is_validated(uint64_t type)
{
	return type - PAGE_TYPE_L1 <= PAGE_TYPE_DESCRIPTOR - PAGE_TYPE_L1;
}

/* Ends the exclusive hold on a page that is not validated: no one else changes the word meanwhile. */
static void type_publish(struct page *page, uint64_t value)
{
	ASSERT(page->type_info & PAGE_TYPE_LOCKED);
	__atomic_store_n(&page->type_info, value, __ATOMIC_RELEASE);
}

/* The word for nobody's use; the type stays as a hint of what stale translations may be. */
static always_inline uint64_t type_unused(uint64_t type)
{
	return type | page_type_stamp();
}

/* Stops in the middle: the state itself now owns the type reference and a general one. */
static int type_suspend(struct page *page, uint64_t type, bool was_partial)
{
	if (!was_partial)
		page_get_known(page);
	type_publish(page, type | PAGE_TYPE_PARTIAL | 1);
	return -ERESTART;
}

/* Takes apart what is LOCKED by the caller: 0: the page has no use left, or -ERESTART. */
static int type_undo(struct page *page, uint64_t type, bool was_partial)
{
	if (arch_page_invalidate(page, type) == -ERESTART)
		return type_suspend(page, type, was_partial);
	type_publish(page, type_unused(type));
	if (was_partial)
		page_put(page);
	return 0;
}

/* Goes on validating what is LOCKED by the caller. */
static int type_validate(struct page *page, uint64_t type, bool was_partial)
{
	int rc = arch_page_validate(page, type);

	if (rc == -ERESTART)
		return type_suspend(page, type, was_partial);
	if (rc) {
		int undo;

		page->partial |= PAGE_PARTIAL_UNDO | PAGE_PARTIAL_FAILED;
		undo = type_undo(page, type, was_partial);
		return undo ? undo : rc;
	}
	page->partial = 0;
	type_publish(page, type | PAGE_TYPE_VALIDATED | 1);
	if (was_partial)
		page_put(page);
	return 0;
}

/* The first use: the only place where a type changes. */
static int type_begin(struct page *page, uint64_t *x, uint64_t type)
{
	uint64_t old = *x & PAGE_TYPE_MASK;
	bool validated = type_is_validated(type), stale = old != type && old != PAGE_TYPE_NONE;
	uint64_t value = type | 1;

	if (validated || stale)
		value |= PAGE_TYPE_LOCKED;
	if (!page_word_replace(&page->type_info, x, value))
		return TYPE_AGAIN;
	/* As another type the frame must not be reached through translations of its former one. */
	if (stale)
		type_flush(page->count_info & PAGE_FOREIGN ? NULL : page_owner(page), *x);
	if (validated) {
		page->partial = 0;
		page->linear_count = 0;
		return type_validate(page, type, false);
	}
	if (stale)
		type_publish(page, type | 1);
	return 0;
}

/* A PARTIAL page of the type that is wanted. */
static int type_resume(struct page *page, uint64_t *x, uint64_t type)
{
	int rc;
	bool failed;

	if (!page_word_replace(&page->type_info, x, *x | PAGE_TYPE_LOCKED))
		return TYPE_AGAIN;
	if (!(page->partial & PAGE_PARTIAL_UNDO))
		return type_validate(page, type, true);
	failed = page->partial & PAGE_PARTIAL_FAILED;
	rc = type_undo(page, type, true);
	if (rc)
		return rc;
	*x = word_read(&page->type_info);
	return failed ? -EINVAL : TYPE_AGAIN;
}

static never_inline int type_get_slowly(struct page *page, uint64_t type)
{
	uint64_t x = word_read(&page->type_info);
	int rc;

	for (;;) {
		uint64_t count = x & PAGE_TYPE_COUNT_MASK;

		if (count == 0) {
			rc = type_begin(page, &x, type);
		} else if ((x & PAGE_TYPE_MASK) != type || (int32_t)count < 0) {
			return -EINVAL;
		} else if ((x & PAGE_TYPE_VALIDATED) ||
			   (!type_is_validated(type) && !(x & PAGE_TYPE_LOCKED))) {
			rc = page_word_replace(&page->type_info, &x, x + 1) ? 0 : TYPE_AGAIN;
		} else if (x & PAGE_TYPE_LOCKED) {
			/* Another CPU validates or flushes: it ends or suspends within a time slice. */
			tlb_relax();
			x = word_read(&page->type_info);
			rc = TYPE_AGAIN;
		} else {
			rc = type_resume(page, &x, type);
		}
		if (rc != TYPE_AGAIN)
			return rc;
	}
}

int page_get_type(struct page *page, uint64_t type)
{
	uint64_t x = word_read(&page->type_info);
	uint64_t mask = PAGE_TYPE_MASK | PAGE_TYPE_LOCKED, want = type;

	if (type_is_validated(type)) {
		mask = PAGE_TYPE_MASK | PAGE_TYPE_VALIDATED;
		want = type | PAGE_TYPE_VALIDATED;
	}
	if (likely((x & mask) == want) && likely((int32_t)x > 0) &&
	    page_word_replace(&page->type_info, &x, x + 1))
		return 0;
	return type_get_slowly(page, type);
}

/* Drops one of several uses, or the only one of a type without validation; false: the slow cases. */
static always_inline bool type_put_simply(struct page *page, uint64_t *seen)
{
	uint64_t x = word_read(&page->type_info);

	for (;;) {
		uint64_t count = x & PAGE_TYPE_COUNT_MASK;
		uint64_t kept = x & ~PAGE_TYPE_STAMP_MASK;

		ASSERT(count != 0);
		*seen = x;
		if (count == 1 && type_is_validated(x & PAGE_TYPE_MASK))
			return false;
		/* Who holds a table's lock gives its use back without looking for the last one. */
		if (count == 2 && (x & PAGE_TYPE_LOCKED)) {
			tlb_relax();
			x = word_read(&page->type_info);
			continue;
		}
		/* Stamped each time: see page_put_writable_inline(). */
		if (page_word_replace(&page->type_info, &x, (kept - 1) | page_type_stamp()))
			return true;
	}
}

/* The page keeps its only use while LOCKED; then it's taken apart. */
static int type_put_last(struct page *page, uint64_t x)
{
	uint64_t type = x & PAGE_TYPE_MASK;

	BUG_ON((x & (PAGE_TYPE_VALIDATED | PAGE_TYPE_PINNED)) != PAGE_TYPE_VALIDATED);
	if (!page_word_replace(&page->type_info, &x, type | PAGE_TYPE_LOCKED | 1))
		return TYPE_AGAIN;
	page->partial = PARTIAL_WHOLE;
	return type_undo(page, type, false);
}

int page_put_type_preemptible(struct page *page)
{
	uint64_t x;
	int rc;

	do {
		if (likely(type_put_simply(page, &x)))
			return 0;
		rc = type_put_last(page, x);
	} while (rc == TYPE_AGAIN);
	return rc;
}

int page_finish_undo(struct page *page)
{
	uint64_t x = word_read(&page->type_info);

	while (x & PAGE_TYPE_PARTIAL) {
		if (x & PAGE_TYPE_LOCKED) {
			tlb_relax();
			x = word_read(&page->type_info);
			continue;
		}
		if (!page_word_replace(&page->type_info, &x, x | PAGE_TYPE_LOCKED))
			continue;
		page->partial |= PAGE_PARTIAL_UNDO;
		return type_undo(page, x & PAGE_TYPE_MASK, true);
	}
	return 0;
}

void page_put_type(struct page *page)
{
	uint64_t x;

	if (likely(type_put_simply(page, &x)) || page_put_type_preemptible(page) == 0)
		return;
	while (page_finish_undo(page))
		cpu_relax();
}

int page_get_and_type(struct page *page, const struct domain *d, uint64_t type)
{
	int rc;

	if (!page_get(page, d))
		return -EINVAL;
	rc = page_get_type(page, type);
	if (unlikely(rc))
		page_put(page);
	return rc;
}

void page_put_and_type(struct page *page)
{
	page_put_type(page);
	page_put(page);
}

/* Lists. */

static struct page *list_page(uint32_t frame)
{
	return frame == PAGE_LIST_END ? NULL : mfn_to_page(mfn_from(frame));
}

void page_list_init(struct page_list *list)
{
	list->first = PAGE_LIST_END;
	list->last = PAGE_LIST_END;
	list->nr_pages = 0;
}

void page_list_add(struct page_list *list, struct page *page)
{
	uint32_t frame = (uint32_t)page_to_mfn(page).n;

	page->list_previous = PAGE_LIST_END;
	page->list_next = list->first;
	if (list->first == PAGE_LIST_END)
		list->last = frame;
	else
		list_page(list->first)->list_previous = frame;
	list->first = frame;
	list->nr_pages++;
}

void page_list_add_tail(struct page_list *list, struct page *page)
{
	uint32_t frame = (uint32_t)page_to_mfn(page).n;

	page->list_next = PAGE_LIST_END;
	page->list_previous = list->last;
	if (list->last == PAGE_LIST_END)
		list->first = frame;
	else
		list_page(list->last)->list_next = frame;
	list->last = frame;
	list->nr_pages++;
}

void page_list_remove(struct page_list *list, struct page *page)
{
	if (page->list_previous == PAGE_LIST_END)
		list->first = page->list_next;
	else
		list_page(page->list_previous)->list_next = page->list_next;
	if (page->list_next == PAGE_LIST_END)
		list->last = page->list_previous;
	else
		list_page(page->list_next)->list_previous = page->list_previous;
	list->nr_pages--;
}

void page_list_cut(struct page_list *list, struct page *rest, uint64_t nr)
{
	list->nr_pages -= nr;
	if (list->nr_pages == 0) {
		list->first = PAGE_LIST_END;
		list->last = PAGE_LIST_END;
		return;
	}
	list->first = (uint32_t)page_to_mfn(rest).n;
	rest->list_previous = PAGE_LIST_END;
}

void page_list_rotate(struct page_list *list, struct page *last)
{
	struct page *rest = list_page(last->list_next);

	if (!rest)
		return;
	list_page(list->last)->list_next = list->first;
	list_page(list->first)->list_previous = list->last;
	list->first = last->list_next;
	list->last = (uint32_t)page_to_mfn(last).n;
	last->list_next = PAGE_LIST_END;
	rest->list_previous = PAGE_LIST_END;
}

struct page *page_list_first(const struct page_list *list)
{
	return list_page(list->first);
}

struct page *page_list_next(const struct page_list *list, const struct page *page)
{
	return list_page(page->list_next);
}
