/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do counts of pages, pins of entries, handles and page-table entries agree? */
#include "fixture.h"
#include "../../../hypervisor/grant/grant_internal.h"

/* What the counts of the domains' pages must be. */
static struct {
	const struct page *page;
	uint64_t references, uses;
} expected[2 * NR_PAGES];

static void expected_add(const struct page *page, bool writable)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(expected); i++)
		if (expected[i].page == page) {
			expected[i].references++;
			expected[i].uses += writable;
			return;
		}
}

static void expected_add_slots(void)
{
	for (unsigned int d = 0; d < NR_GRANT_DOMAINS; d++)
		for (unsigned int i = 0; i < NR_SLOTS; i++)
			if (slots[d][i] & PTE_PRESENT)
				expected_add(mfn_to_page(pte_to_mfn(slots[d][i])),
					     slots[d][i] & PTE_WRITABLE);
}

/* Handles hold references for devices. */
static void expected_add_handles(const struct grant_domain *g)
{
	for (uint32_t i = 0; i < g->nr_mapping_pages * MAPPINGS_PER_PAGE; i++) {
		const struct grant_mapping *m =
			&g->mappings[i / MAPPINGS_PER_PAGE][i % MAPPINGS_PER_PAGE];

		if (m->flags & GNTMAP_device_map)
			expected_add(mfn_to_page(entry_pinned_mfn(m->granter, m->ref)),
				     !(m->flags & GNTMAP_readonly));
	}
}

static bool pages_are_consistent(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(expected); i++) {
		expected[i].page = i < NR_PAGES ? granter_pages[i] : mapper_pages[i - NR_PAGES];
		expected[i].references = 1;
		expected[i].uses = 0;
	}
	expected_add_slots();
	expected_add_handles(granter->grant);
	expected_add_handles(mapper->grant);
	expected_add_handles(control->grant);
	for (unsigned int i = 0; i < ARRAY_SIZE(expected); i++)
		if (count_of(expected[i].page) != expected[i].references ||
		    uses_of(expected[i].page) != expected[i].uses)
			return false;
	return true;
}

/* As many pins as handles: only sums are compared. */
static bool pins_are_consistent(const struct domain *owner)
{
	struct domain *domains[] = {granter, mapper, control};
	const struct grant_domain *g = owner->grant;
	uint64_t pins = 0;

	for (uint32_t ref = 0; ref < g->nr_frames * ENTRIES_V1_PER_FRAME; ref++)
		pins += grant_active_of(g, ref)->pins;
	for (unsigned int d = 0; d < NR_GRANT_DOMAINS; d++) {
		const struct grant_domain *of = domains[d]->grant;

		for (uint32_t i = 0; i < of->nr_mapping_pages * MAPPINGS_PER_PAGE; i++) {
			const struct grant_mapping *m =
				&of->mappings[i / MAPPINGS_PER_PAGE][i % MAPPINGS_PER_PAGE];
			bool writable = !(m->flags & GNTMAP_readonly);

			if (!(m->flags & MAPPING_KINDS) || m->granter != owner)
				continue;
			if (m->flags & GNTMAP_host_map)
				pins -= writable ? PIN_HOST_WRITE : PIN_HOST_READ;
			if (m->flags & GNTMAP_device_map)
				pins -= writable ? PIN_DEVICE_WRITE : PIN_DEVICE_READ;
		}
	}
	return pins == 0;
}

bool fixture_is_consistent(void)
{
	return pages_are_consistent() && pins_are_consistent(granter) &&
	       pins_are_consistent(mapper) && pins_are_consistent(control);
}
