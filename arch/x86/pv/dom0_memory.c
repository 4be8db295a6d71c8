/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much memory dom0 gets (dom0_mem=), and a frame for each of its pseudo-physical numbers. */
#include "dom0_private.h"

#include "hv/boot.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/string.h"

#define RESERVE_DIVISOR 16
#define RESERVE_MAX_PAGES (MIB(128) / PAGE_SIZE)
#define MINIMUM_PAGES (MIB(16) / PAGE_SIZE)

/* Pages; a negative size means "all but that much". min and max bound it. */
struct dom0_memory {
	bool is_set, is_rest;
	uint64_t pages, minimum_pages, maximum_pages;
};

static struct dom0_memory dom0_memory = {.maximum_pages = UINT64_MAX};

static int dom0_memory_parse_item(struct dom0_memory *found, const char **text)
{
	const char *p = *text;
	uint64_t *to = &found->pages;
	uint64_t bytes;

	if (!strncmp(p, "min:", 4)) {
		to = &found->minimum_pages;
		p += 4;
	} else if (!strncmp(p, "max:", 4)) {
		to = &found->maximum_pages;
		p += 4;
	} else {
		found->is_set = true;
		found->is_rest = *p == '-';
		p += *p == '-';
	}
	if (parameter_parse_size(p, &p, &bytes) || (*p && *p != ','))
		return -EINVAL;
	*to = bytes / PAGE_SIZE;
	*text = *p ? p + 1 : p;
	return 0;
}

static int dom0_mem_parse(const char *value)
{
	struct dom0_memory found = dom0_memory;

	if (!*value)
		return -EINVAL;
	while (*value)
		if (dom0_memory_parse_item(&found, &value))
			return -EINVAL;
	dom0_memory = found;
	return 0;
}

CUSTOM_PARAMETER("dom0_mem", dom0_mem_parse,
		 "dom0's memory: size[,min:size][,max:size]; -size: all but that");

uint64_t dom0_memory_wanted_pages(uint64_t initrd_pages)
{
	uint64_t available = heap_nr_free_pages() + initrd_pages;
	uint64_t reserve = MIN(available / RESERVE_DIVISOR, RESERVE_MAX_PAGES);
	uint64_t pages = available - reserve;

	if (dom0_memory.is_set && !dom0_memory.is_rest)
		pages = dom0_memory.pages;
	else if (dom0_memory.is_set)
		pages = available > dom0_memory.pages ? available - dom0_memory.pages : 0;
	pages = MIN(MAX(pages, dom0_memory.minimum_pages), dom0_memory.maximum_pages);
	pages = MIN(pages, available - MIN(available, reserve / 2));
	if (pages < MINIMUM_PAGES)
		panic("too little memory: %lu MiB free, %lu MiB of it for dom0, at least %lu MiB "
		      "are needed",
		      available * PAGE_SIZE / MIB(1), pages * PAGE_SIZE / MIB(1),
		      MINIMUM_PAGES * PAGE_SIZE / MIB(1));
	return pages;
}

uint32_t dom0_memory_maximum_pages(void)
{
	return (uint32_t)MIN(dom0_memory.maximum_pages, (uint64_t)UINT32_MAX);
}

static unsigned int order_of_pages(uint64_t pages)
{
	unsigned int order = 0;

	while (1UL << order < pages)
		order++;
	return order;
}

/* The list lies in frames that are one block, so that it can be filled as one array. */
static struct page *p2m_alloc(struct dom0_plan *plan)
{
	unsigned int order = order_of_pages(plan->p2m_pages);
	struct page *page;

	if (order > HEAP_MAX_ORDER)
		panic("dom0_mem of %lu MiB is more than the builder can list", plan->nr_pages >> 8);
	page = heap_alloc_domain(plan->d, order, HEAP_FLAG_DEFAULT | HEAP_FLAG_NO_SCRUB);
	if (!page)
		panic("no %lu contiguous pages for dom0's memory list", 1UL << order);
	plan->p2m = page_to_virt(page);
	return page;
}

static bool pfn_is_special(const struct dom0_plan *plan, uint64_t pfn)
{
	return pfn - plan->initrd_pfn < plan->initrd_pages || pfn - plan->p2m_pfn < plan->p2m_pages;
}

static void frames_assign(struct dom0_plan *plan, uint64_t *pfn, mfn_t first, uint64_t nr)
{
	for (uint64_t i = 0; i < nr; i++, (*pfn)++) {
		while (pfn_is_special(plan, *pfn))
			(*pfn)++;
		plan->p2m[*pfn] = first.n + i;
	}
}

static void ordinary_frames_build(struct dom0_plan *plan, struct page *p2m)
{
	uint64_t left = plan->nr_pages - plan->initrd_pages - plan->p2m_pages;
	uint64_t spare = (1UL << order_of_pages(plan->p2m_pages)) - plan->p2m_pages;
	unsigned int order = HEAP_MAX_ORDER;
	uint64_t pfn = 0;

	frames_assign(plan, &pfn, mfn_from(page_to_mfn(p2m).n + plan->p2m_pages), MIN(spare, left));
	left -= MIN(spare, left);
	while (left) {
		struct page *page = NULL;

		while (order && 1UL << order > left)
			order--;
		page = heap_alloc_domain(plan->d, order, HEAP_FLAG_DEFAULT | HEAP_FLAG_NO_SCRUB);
		if (!page && !order)
			panic("dom0: out of memory with %lu pages still to give", left);
		if (!page) {
			order--;
			continue;
		}
		frames_assign(plan, &pfn, page_to_mfn(page), 1UL << order);
		left -= 1UL << order;
	}
}

/* The RAM disk's frames become dom0's own: it is never copied. */
static void initrd_frames_build(struct dom0_plan *plan)
{
	mfn_t first = paddr_to_mfn(boot_information.modules[1].start);
	char *start = mfn_to_virt(first);

	if (!plan->initrd_pages)
		return;
	memset(start + plan->initrd_bytes, 0, plan->initrd_pages * PAGE_SIZE - plan->initrd_bytes);
	heap_adopt_reserved(first, plan->initrd_pages);
	for (uint64_t i = 0; i < plan->initrd_pages; i++) {
		mfn_t mfn = mfn_from(first.n + i);

		if (heap_assign_pages(plan->d, mfn_to_page(mfn), 0, 0))
			panic("dom0: its RAM disk doesn't fit into its memory");
		plan->p2m[plan->initrd_pfn + i] = mfn.n;
	}
	/* What is left of the modules goes to the heap: this one no more. */
	boot_information.modules[1].bytes = 0;
}

void dom0_memory_build(struct dom0_plan *plan)
{
	struct page *p2m = p2m_alloc(plan);

	for (uint64_t i = 0; i < plan->p2m_pages; i++)
		plan->p2m[plan->p2m_pfn + i] = page_to_mfn(p2m).n + i;
	initrd_frames_build(plan);
	ordinary_frames_build(plan, p2m);
	for (uint64_t pfn = 0; pfn < plan->nr_pages; pfn++)
		m2p_set(mfn_from(plan->p2m[pfn]), pfn);
}
