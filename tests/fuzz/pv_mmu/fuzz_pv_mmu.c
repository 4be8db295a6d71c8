/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest with few frames makes any MMU calls and writes anything where it may
 * write; after each step every count is what the model says, and after the
 * guest's end nothing is held.
 */
#include <stdlib.h>
#include <string.h>

#include "abi/grant_table.h"
#include "asm/tlb.h"
#include "model.h"

#define NR_PAGES 18
#define NR_OWN 14 /* the guest's; then two of dom0's and two of another guest's */
#define MAX_STEPS 200

static struct page *pages[NR_PAGES];
static struct tree tree;
static const uint8_t *input;
static size_t left;
static bool preempt;

static uint8_t take(void)
{
	if (left == 0)
		return 0;
	left--;
	return *input++;
}

static struct page *take_page(void)
{
	return pages[take() % NR_PAGES];
}

/* Few indices, so that steps meet; the ends, our slots and their neighbours among them. */
static unsigned int take_index(void)
{
	static const unsigned int indices[] = {0, 1, 2, 3, 7, 8, 255, 256, 257, 271, 272, 511};

	return indices[take() % ARRAY_SIZE(indices)];
}

static uint64_t take_entry(void)
{
	static const uint64_t flags[] = {
		RW,
		RO,
		TABLE,
		0,
		RW | PTE_NO_EXECUTE,
		RO | PTE_GLOBAL,
		RW | PTE_CACHE_DISABLE,
		TABLE | PTE_LARGE,
		PTE_PRESENT | PTE_AVAILABLE,
		RW | PTE_USER,
	};
	static const uint64_t strange[] = {0xfd123, 0, FAKE_NR_FRAMES, (1UL << 40) - 1};
	uint8_t which = take();
	uint64_t f = flags[take() % ARRAY_SIZE(flags)];

	if (which >= 250)
		return pte_make(mfn_from(strange[which % ARRAY_SIZE(strange)]), f);
	return pte(pages[which % NR_PAGES], f);
}

static uint64_t take_foreign(void)
{
	static const uint64_t domains[] = {DOMID_SELF, DOMID_SELF, DOMID_SELF,		1, 2,
					   DOMID_IO,   DOMID_XEN,  DOMID_SELF | 2 << 16};

	return domains[take() % ARRAY_SIZE(domains)];
}

/* What a mapping lets the guest do without any call. */
static void step_store(void)
{
	struct page *page = take_page();
	unsigned int index = take_index();
	uint64_t value = take_entry();
	bool may_be_writable = !TYPE_COUNT(page) ||
			       (page->type_info & PAGE_TYPE_MASK) == PAGE_TYPE_WRITABLE;

	if (may_be_writable && COUNT(page))
		entries_of(page)[index] = value;
}

static void step_update(void)
{
	struct xen_mmu_update requests[3];
	unsigned int nr = 1 + take() % 3;
	uint32_t done = 0;
	uint64_t foreign = take_foreign();

	for (unsigned int i = 0; i < nr; i++) {
		struct page *page = take_page();

		requests[i].ptr = address_of_entry(page, take_index()) | (take() & 3);
		requests[i].val = take_entry();
	}
	(void)hypercall_mmu_update((uint64_t)requests, nr, (uint64_t)&done, foreign);
}

static void step_extended(void)
{
	static const uint32_t commands[] = {
		MMUEXT_PIN_L1_TABLE, MMUEXT_PIN_L2_TABLE,     MMUEXT_PIN_L3_TABLE,
		MMUEXT_PIN_L4_TABLE, MMUEXT_UNPIN_TABLE,      MMUEXT_UNPIN_TABLE,
		MMUEXT_NEW_BASEPTR,  MMUEXT_NEW_USER_BASEPTR, MMUEXT_CLEAR_PAGE,
		MMUEXT_COPY_PAGE,    MMUEXT_TLB_FLUSH_ALL,
	};
	uint32_t command = commands[take() % ARRAY_SIZE(commands)];
	uint64_t mfn = page_to_mfn(take_page()).n;
	uint64_t source = page_to_mfn(take_page()).n;

	(void)extended_as(command, mfn, source, take_foreign());
}

static void step_va_mapping(void)
{
	uint64_t address = (uint64_t)take_index() << 12 | (uint64_t)(take() & 3) << 21;

	(void)hypercall_update_va_mapping(address, take_entry(), take() & 7);
}

static void step_descriptors(void)
{
	uint64_t frames[2] = {page_to_mfn(take_page()).n, page_to_mfn(take_page()).n};
	struct registers r = {.cs = 0xe033, .error_code = 4};
	uint64_t address = v->arch.pv.descriptor_window + 16 * PAGE_SIZE;

	switch (take() % 4) {
	case 0:
		(void)hypercall_set_gdt((uint64_t)frames, take() * 4);
		break;
	case 1:
		(void)extended(MMUEXT_SET_LDT, (uint64_t)take_index() << 12, take() * 8);
		break;
	case 2:
		(void)pv_mmu_handle_page_fault(&r, &address);
		break;
	default:
		(void)hypercall_update_descriptor(address_of_entry(take_page(), take_index()),
						  (uint64_t)take() << 40);
		break;
	}
}

/* A store that traps: xchg %rax, (%rdi) or lock btr $1, (%rdi). */
static void step_trapped_store(void)
{
	static const uint8_t code[2][16] = {{0x48, 0x87, 0x07},
					    {0xf0, 0x48, 0x0f, 0xba, 0x37, 0x01}};
	struct registers r = {.cs = 0xe033, .error_code = 7};
	uint64_t address = ((uint64_t)take_index() << 12) + take_index() * 8;

	r.rip = (uint64_t)code[take() & 1];
	r.rdi = address;
	r.rax = take_entry();
	(void)pv_mmu_handle_page_fault(&r, &address);
}

static void step_grant(void)
{
	struct page *page = pages[NR_OWN + take() % (NR_PAGES - NR_OWN)];
	uint64_t address = (uint64_t)take_index() << 12, frame = page_to_mfn(page).n;
	bool writable = take() & 1;
	struct domain *owner = page_owner(page);

	if (take() & 1) {
		if (writable ? page_get_and_type(page, owner, PAGE_TYPE_WRITABLE)
			     : !page_get(page, owner))
			return;
		if (pv_mmu_create_grant_linear(address, pte(page, writable ? RW : RO), v) ==
		    GNTST_okay)
			return;
	} else {
		uint64_t entry;

		if (pv_mmu_destroy_grant_linear(address, mfn_from(frame), 0, v, &entry) !=
		    GNTST_okay)
			return;
		writable = entry & PTE_WRITABLE;
	}
	if (writable)
		page_put_and_type(page);
	else
		page_put(page);
}

static void step_release(void)
{
	struct page *page = pages[take() % NR_OWN];

	if (page_owner(page) == guest && take() < 16)
		page_put_allocated(page);
}

static void step_preempt(void)
{
	preempt = take() & 1;
}

static void step_switch(void)
{
	struct domain *const who[] = {guest, guest, dom0, other};

	run_as(who[take() % ARRAY_SIZE(who)]);
}

static void (*const steps[])(void) = {
	step_store,    step_store,    step_update,     step_update,	 step_update,
	step_extended, step_extended, step_va_mapping, step_descriptors, step_trapped_store,
	step_grant,    step_release,  step_preempt,    step_switch,
};

static void start(void)
{
	guest_setup(NULL);
	memset(model_extra, 0, sizeof(model_extra));
	memset(model_extra_types, 0, sizeof(model_extra_types));
	tree_build(&tree, guest, 3);
	pages[0] = tree.l4;
	pages[1] = tree.l3;
	pages[2] = tree.l2;
	pages[3] = tree.l1;
	for (unsigned int i = 0; i < 3; i++)
		pages[4 + i] = tree.data[i];
	for (unsigned int i = 7; i < NR_OWN; i++)
		pages[i] = data_page();
	pages[NR_OWN] = data_page_of(dom0);
	pages[NR_OWN + 1] = data_page_of(dom0);
	pages[NR_OWN + 2] = data_page_of(other);
	pages[NR_OWN + 3] = data_page_of(other);
	entries_of(tree.l1)[7] = pte(tree.l1, RO);
	tree_run(&tree, guest);
	preempt = false;
}

static void finish(struct domain *d)
{
	d->state = DOMAIN_DYING;
	while (pv_mmu_relinquish(d))
		model_check();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	input = data;
	left = size;
	start();
	model_check();
	for (unsigned int i = 0; i < MAX_STEPS && left; i++) {
		uint8_t which = take();

		preempt_always(preempt);
		steps[which % ARRAY_SIZE(steps)]();
		preempt_always(false);
		model_check();
	}
	preempt_always(preempt);
	finish(guest);
	finish(dom0);
	finish(other);
	model_check();
	for (unsigned int i = 0; i < NR_PAGES; i++)
		if (COUNT(pages[i]) > 1 || TYPE_COUNT(pages[i]))
			abort();
	return 0;
}
