/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Turns a frame into a page table or descriptor page and back: checks every
 * entry and takes its references, or drops them. The caller (hv/page.h) holds
 * the frame LOCKED, so nobody else sees or changes it. L2 to L4 stop where
 * pre-emption is due, with what was done noted in the frame's `partial`.
 */
#include "hv/arch.h"
#include "hv/hypercall.h"
#include "hv/perf.h"
#include "hv/string.h"
#include "pv_entries.h"

#define SCAN_STEP 8 /* empty entries are skipped by so many */
#define NR_DESCRIPTORS 512

static void progress_set(struct page *page, unsigned int count, unsigned int flags)
{
	page->partial = (uint16_t)(count | flags |
				   (page->partial & (PAGE_PARTIAL_UNDO | PAGE_PARTIAL_FAILED)));
}

static always_inline bool scan_is_empty(const uint64_t *e)
{
	return !((e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]) & PTE_PRESENT);
}

static int l1_validate(struct page *page, const struct domain *d)
{
	uint64_t *entries = page_to_virt(page), *end = entries + PT_ENTRIES;

	for (uint64_t *group = entries; group < end; group += SCAN_STEP) {
		if (scan_is_empty(group))
			continue;
		for (uint64_t *e = group; e < group + SCAN_STEP; e++) {
			int rc;

			if (!entry_is_present(*e))
				continue;
			rc = l1_entry_get(d, d, e);
			if (unlikely(rc)) {
				progress_set(page, (unsigned int)(e - entries), 0);
				return rc;
			}
		}
	}
	return 0;
}

static void l1_invalidate(struct page *page)
{
	const uint64_t *entries = page_to_virt(page);
	const uint64_t *end = entries + (page->partial & PAGE_PARTIAL_COUNT);

	for (const uint64_t *group = entries; group < end; group += SCAN_STEP) {
		if (scan_is_empty(group))
			continue;
		for (const uint64_t *e = group; e < MIN(group + SCAN_STEP, end); e++)
			if (entry_is_present(*e))
				l1_entry_put(*e);
	}
}

/* Our slots of a root are the same everywhere; the guest's own values there are lost. */
static void l4_fill(uint64_t *entries)
{
	memcpy(&entries[HV_FIRST_SLOT], &hv_root_table[HV_FIRST_SLOT],
	       HV_NR_SLOTS * sizeof(entries[0]));
}

/* Not the guest's to read once the page is its own again. */
static void l4_clear(uint64_t *entries)
{
	memset(&entries[HV_FIRST_SLOT], 0, HV_NR_SLOTS * sizeof(entries[0]));
}

static int table_validate(struct page *page, const struct domain *d, unsigned int level)
{
	uint64_t *entries = page_to_virt(page);
	unsigned int i = page->partial & PAGE_PARTIAL_COUNT;
	bool has_reference = page->partial & PAGE_PARTIAL_ENTRY;
	int rc;

	for (; i < PT_ENTRIES; i++) {
		if (i % SCAN_STEP == 0 && scan_is_empty(&entries[i])) {
			i += SCAN_STEP - 1;
			continue;
		}
		if (!(entries[i] & PTE_PRESENT) || slot_is_hypervisor(level, i))
			continue;
		rc = table_entry_get(d, page, entries[i], level, has_reference);
		has_reference = false;
		if (unlikely(rc)) {
			progress_set(page, i, rc == -ERESTART ? PAGE_PARTIAL_ENTRY : 0);
			return rc;
		}
		entries[i] |= PTE_USER;
		if (hypercall_is_preempt_due() && i < PT_ENTRIES - 1) {
			progress_set(page, i + 1, 0);
			return -ERESTART;
		}
	}
	if (level == 4)
		l4_fill(entries);
	return 0;
}

/* The entry whose lower table was PARTIAL when this one stopped. */
static int table_finish_entry(struct page *page, const uint64_t *entries)
{
	unsigned int i = page->partial & PAGE_PARTIAL_COUNT;
	struct page *lower;
	int rc;

	if (!(page->partial & PAGE_PARTIAL_ENTRY))
		return 0;
	lower = frame_page(pte_to_mfn(entries[i]));
	rc = page_finish_undo(lower);
	if (rc)
		return rc;
	progress_set(page, i, 0);
	page_put(lower);
	return 0;
}

static int table_invalidate(struct page *page, unsigned int level)
{
	uint64_t *entries = page_to_virt(page);
	unsigned int i;
	int rc = table_finish_entry(page, entries);

	if (rc)
		return rc;
	for (i = page->partial & PAGE_PARTIAL_COUNT; i > 0; i--) {
		uint64_t e = entries[i - 1];

		if (i % SCAN_STEP == 0 && scan_is_empty(&entries[i - SCAN_STEP])) {
			i -= SCAN_STEP - 1;
			continue;
		}
		if (!(e & PTE_PRESENT) || slot_is_hypervisor(level, i - 1))
			continue;
		rc = table_entry_put(page, e, level);
		if (rc) {
			progress_set(page, i - 1, PAGE_PARTIAL_ENTRY);
			return rc;
		}
		if (hypercall_is_preempt_due() && i > 1) {
			progress_set(page, i - 1, 0);
			return -ERESTART;
		}
	}
	progress_set(page, 0, 0);
	if (level == 4)
		l4_clear(entries);
	return 0;
}

static int descriptors_validate(struct page *page)
{
	uint64_t *descriptors = page_to_virt(page);

	for (unsigned int i = 0; i < NR_DESCRIPTORS; i++)
		if (descriptors[i] && !pv_descriptor_is_safe(&descriptors[i])) {
			progress_set(page, 0, 0);
			return -EINVAL;
		}
	return 0;
}

int arch_page_validate(struct page *page, uint64_t type)
{
	const struct domain *d = page_owner(page);

	switch (type) {
	case PAGE_TYPE_L1:
		PERF_INC_AT(validations, 0);
		return d ? l1_validate(page, d) : -EINVAL;
	case PAGE_TYPE_L2:
	case PAGE_TYPE_L3:
	case PAGE_TYPE_L4:
		PERF_INC_AT(validations, level_of_type(type) - 1);
		return d ? table_validate(page, d, level_of_type(type)) : -EINVAL;
	case PAGE_TYPE_DESCRIPTOR:
		return descriptors_validate(page);
	default:
		return -EINVAL;
	}
}

int arch_page_invalidate(struct page *page, uint64_t type)
{
	switch (type) {
	case PAGE_TYPE_L1:
		PERF_INC_AT(invalidations, 0);
		l1_invalidate(page);
		return 0;
	case PAGE_TYPE_L2:
	case PAGE_TYPE_L3:
	case PAGE_TYPE_L4:
		PERF_INC_AT(invalidations, level_of_type(type) - 1);
		return table_invalidate(page, level_of_type(type));
	default:
		return 0;
	}
}
