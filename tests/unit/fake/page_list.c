/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for the lists of mm/page.c, for units that need the lists and not the counts. */
#include "hv/domain.h"
#include "hv/heap.h"
#include "hv/page.h"

static struct page *list_page(uint32_t frame)
{
	return frame == PAGE_LIST_END ? NULL : mfn_to_page(mfn_from(frame));
}

static void list_insert(struct page_list *list, struct page *page, uint32_t previous, uint32_t next)
{
	uint32_t frame = (uint32_t)page_to_mfn(page).n;

	page->list_previous = previous;
	page->list_next = next;
	*(previous == PAGE_LIST_END ? &list->first : &list_page(previous)->list_next) = frame;
	*(next == PAGE_LIST_END ? &list->last : &list_page(next)->list_previous) = frame;
	list->nr_pages++;
}

__attribute__((weak)) void page_list_init(struct page_list *list)
{
	*list = (struct page_list)PAGE_LIST_INIT;
}

__attribute__((weak)) void page_list_add(struct page_list *list, struct page *page)
{
	list_insert(list, page, PAGE_LIST_END, list->first);
}

__attribute__((weak)) void page_list_add_tail(struct page_list *list, struct page *page)
{
	list_insert(list, page, list->last, PAGE_LIST_END);
}

__attribute__((weak)) void page_list_remove(struct page_list *list, struct page *page)
{
	uint32_t previous = page->list_previous, next = page->list_next;

	*(previous == PAGE_LIST_END ? &list->first : &list_page(previous)->list_next) = next;
	*(next == PAGE_LIST_END ? &list->last : &list_page(next)->list_previous) = previous;
	list->nr_pages--;
}

__attribute__((weak)) void page_list_cut(struct page_list *list, struct page *rest, uint64_t nr)
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

__attribute__((weak)) void page_list_rotate(struct page_list *list, struct page *last)
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

__attribute__((weak)) struct page *page_list_first(const struct page_list *list)
{
	return list_page(list->first);
}

__attribute__((weak)) struct page *page_list_next(const struct page_list *list,
						  const struct page *page)
{
	return list_page(page->list_next);
}

/* The real one's steps are larger; they are the unit heap_owners'. */
__attribute__((weak)) uint64_t heap_release_domain_pages(struct domain *d, uint64_t nr)
{
	uint64_t seen = 0;

	for (; seen < MIN(nr, 16) && d->page_list.nr_pages; seen++) {
		struct page *page = page_list_first(&d->page_list);

		page_list_remove(&d->page_list, page);
		page_list_add_tail(&d->page_list, page);
		page_put_allocated(page);
	}
	return seen;
}
