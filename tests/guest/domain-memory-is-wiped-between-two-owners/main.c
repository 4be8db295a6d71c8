/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing of what one domain wrote is in the pages that the next one gets. */
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"

#define SECRET 0x5ec4e75ec4e7ul
#define NR_PAGES 200

static void write_secrets(void)
{
	for (int i = 0; i < NR_PAGES; i++) {
		uint64_t *page = page_alloc(1);

		for (unsigned int word = 0; word < 512; word++)
			page[word] = SECRET;
	}
}

void test_main(void)
{
	struct child *child;

	for (int round = 0; round < 3; round++) {
		uint16_t id;

		child = child_start(write_secrets);
		id = child->id;
		REQUIRE(child_wait(child));
		child_destroy(child);
		REQUIRE(domain_wait_gone(id));
	}
	child = child_create();
	for (uint64_t pfn = 0; pfn < CHILD_MAX_PFN; pfn++) {
		void *mapped;
		const uint64_t *page;

		if (!child->mfns[pfn])
			continue;
		REQUIRE_EQUAL(foreign_map(child->id, child->mfns[pfn], PTE_READ_ONLY, &mapped), 0);
		page = mapped;
		for (unsigned int word = 0; word < 512; word += 64)
			REQUIRE(page[word] == 0);
		foreign_unmap(mapped);
	}
}
