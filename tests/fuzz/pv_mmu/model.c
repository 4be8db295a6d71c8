/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts of frames from first principles, compared with those that the PV MMU keeps. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/arch_x86_64.h"
#include "model.h"

#define DESCRIPTOR_SLOTS 32

unsigned int model_extra[FAKE_NR_FRAMES], model_extra_types[FAKE_NR_FRAMES];
static unsigned int general[FAKE_NR_FRAMES], typed[FAKE_NR_FRAMES];

static void fail(const char *what, uint64_t frame)
{
	const struct page *page = mfn_to_page(mfn_from(frame));

	fprintf(stderr, "model: %s: frame %lu: count %lx type %lx partial %x, expected %u and %u\n",
		what, (unsigned long)frame, (unsigned long)page->count_info,
		(unsigned long)page->type_info, page->partial, general[frame], typed[frame]);
	abort();
}

static unsigned int level_of(const struct page *page)
{
	return (unsigned int)(page->type_info >> 60);
}

static bool is_ram(uint64_t frame)
{
	return frame > 0 && frame < FAKE_NR_FRAMES;
}

static void expect_type(uint64_t frame, uint64_t type)
{
	typed[frame]++;
	if ((mfn_to_page(mfn_from(frame))->type_info & PAGE_TYPE_MASK) != type)
		fail("used as another type", frame);
}

static void add_l1_entry(uint64_t frame, uint64_t entry)
{
	uint64_t target = pte_to_mfn(entry).n;

	if (!(entry & PTE_USER) || (entry & PTE_GLOBAL))
		fail("entry without user right, or global", frame);
	if (!is_ram(target)) {
		if (target < 0xfd000 || target > 0xfdfff)
			fail("maps what is nobody's", frame);
		return;
	}
	general[target]++;
	if (entry & PTE_WRITABLE)
		expect_type(target, PAGE_TYPE_WRITABLE);
}

static void add_table_entry(uint64_t frame, unsigned int level, uint64_t entry, bool is_typed)
{
	uint64_t target = pte_to_mfn(entry).n;

	if (!is_ram(target))
		fail("a table that is no memory", frame);
	if (level == 4 && target == frame) {
		if (entry & PTE_WRITABLE)
			fail("writable linear entry", frame);
		return;
	}
	general[target]++;
	if (!is_typed)
		return;
	if (entry & PTE_LARGE)
		fail("large page", frame);
	if (level == 4 && level_of(mfn_to_page(mfn_from(target))) == 4 && !(entry & PTE_WRITABLE))
		expect_type(target, PAGE_TYPE_L4);
	else
		expect_type(target, (uint64_t)(level - 1) << 60);
}

/* Entries that hold something: all of a validated table, those done of a partial one. */
static void add_table(uint64_t frame, struct page *page)
{
	unsigned int level = level_of(page), end = PT_ENTRIES;
	const uint64_t *entries = entries_of(page);
	bool partial = page->type_info & PAGE_TYPE_PARTIAL;

	if (partial)
		end = page->partial & PAGE_PARTIAL_COUNT;
	for (unsigned int i = 0; i < end; i++) {
		if (!(entries[i] & PTE_PRESENT))
			continue;
		if (level == 1)
			add_l1_entry(frame, entries[i]);
		else if (level != 4 || i - HV_FIRST_SLOT >= HV_NR_SLOTS)
			add_table_entry(frame, level, entries[i], true);
	}
	if (partial && (page->partial & PAGE_PARTIAL_ENTRY))
		add_table_entry(frame, level, entries[end], false);
	for (unsigned int i = HV_FIRST_SLOT;
	     level == 4 && !partial && i < HV_FIRST_SLOT + HV_NR_SLOTS; i++)
		if ((entries[i] | PTE_USER) != (hv_root_table[i] | PTE_USER))
			fail("our slots", frame);
}

static void add_page(uint64_t frame)
{
	struct page *page = mfn_to_page(mfn_from(frame));
	uint64_t x = page->type_info, count = x & PAGE_TYPE_COUNT_MASK;

	if (x & PAGE_TYPE_LOCKED)
		fail("left locked", frame);
	if (!count && (x & (PAGE_TYPE_VALIDATED | PAGE_TYPE_PARTIAL | PAGE_TYPE_PINNED)))
		fail("unused, but marked", frame);
	general[frame] += model_extra[frame];
	typed[frame] += model_extra_types[frame];
	if (page->count_info & (PAGE_ALLOCATED | PAGE_HYPERVISOR))
		general[frame]++;
	if (x & PAGE_TYPE_PINNED) {
		general[frame]++;
		typed[frame]++;
	}
	if (x & PAGE_TYPE_PARTIAL) {
		general[frame]++;
		typed[frame]++;
	}
	if (count && level_of(page) - 1 < 4) {
		if (!(x & (PAGE_TYPE_VALIDATED | PAGE_TYPE_PARTIAL)))
			fail("neither valid nor partial", frame);
		add_table(frame, page);
	}
}

static void add_root(mfn_t root)
{
	if (!root.n)
		return;
	general[root.n]++;
	expect_type(root.n, PAGE_TYPE_L4);
}

static void add_vcpu(const struct vcpu *vcpu)
{
	const struct pv_vcpu *pv = &vcpu->arch.pv;

	add_root(pv->kernel_root);
	add_root(pv->user_root);
	for (unsigned int i = 0; i < 2; i++)
		if (pv->pending_undo[i])
			general[page_to_mfn(pv->pending_undo[i]).n]++;
	for (unsigned int i = 0; i < PV_GDT_PAGES; i++)
		if (pv->gdt_frames[i].n) {
			general[pv->gdt_frames[i].n]++;
			expect_type(pv->gdt_frames[i].n, PAGE_TYPE_DESCRIPTOR);
		}
	for (unsigned int i = 0; i < 16; i++)
		if (pv->ldt_mapped_pages >> i & 1) {
			uint64_t frame = pte_to_mfn(pv->descriptor_l1[16 + i]).n;

			general[frame]++;
			expect_type(frame, PAGE_TYPE_DESCRIPTOR);
		}
}

void model_check(void)
{
	const struct domain *all[] = {guest, dom0, other};

	memset(general, 0, sizeof(general));
	memset(typed, 0, sizeof(typed));
	for (uint64_t frame = 1; frame < FAKE_NR_FRAMES; frame++)
		add_page(frame);
	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
		for (unsigned int n = 0; n < all[i]->max_vcpus; n++)
			add_vcpu(all[i]->vcpu[n]);
	for (uint64_t frame = 1; frame < FAKE_NR_FRAMES; frame++) {
		const struct page *page = mfn_to_page(mfn_from(frame));

		if (COUNT(page) != general[frame])
			fail("general count", frame);
		if (TYPE_COUNT(page) != typed[frame])
			fail("type count", frame);
	}
}
