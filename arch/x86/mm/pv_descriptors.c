/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's GDT and LDT. Their frames have the type DESCRIPTOR, all of whose
 * descriptors are safe to load in ring 3; the vcpu's window maps them where
 * the processor reads them. GDT frames are mapped when they are set; those of
 * the LDT when a selector first needs one.
 */
#include "abi/arch_x86_64.h"
#include "asm/descriptors.h"
#include "asm/tlb.h"
#include "hv/arch.h"
#include "hv/guest_access.h"
#include "hv/heap.h"
#include "pv_tables.h"

#define DESCRIPTOR_PRESENT (1UL << 47)
#define DESCRIPTOR_SEGMENT (1UL << 44) /* code or data; else a system descriptor */
#define DESCRIPTOR_DPL_SHIFT 45
#define DESCRIPTOR_DPL (3UL << DESCRIPTOR_DPL_SHIFT)
#define DESCRIPTOR_TYPE (15UL << 40)
#define DESCRIPTORS_PER_PAGE 512
#define WINDOW_LDT_PAGE 16
#define LDT_PAGES 16

/*
 * Code and data descriptors of any base and limit are harmless once no ring
 * below 3 can use them; system descriptors (gates, TSS, LDT) never are, but
 * for type 0, which always faults.
 */
bool pv_descriptor_is_safe(uint64_t *descriptor)
{
	uint64_t x = *descriptor;

	if (!(x & DESCRIPTOR_PRESENT))
		return true;
	if (!(x & DESCRIPTOR_SEGMENT))
		return (x & DESCRIPTOR_TYPE) == 0;
	x |= DESCRIPTOR_DPL;
	if (x != *descriptor)
		WRITE_ONCE(*descriptor, x);
	return true;
}

/* Read where the guest has set no page: a descriptor that isn't there, rather than a fault in our range. */
static uint64_t empty_entry(void)
{
	static void *empty_page;
	void *page = __atomic_load_n(&empty_page, __ATOMIC_ACQUIRE), *none = NULL;

	if (!page) {
		page = heap_alloc(0, HEAP_FLAG_DEFAULT);
		if (!page)
			return 0;
		if (!__atomic_compare_exchange_n(&empty_page, &none, page, false, __ATOMIC_SEQ_CST,
						 __ATOMIC_ACQUIRE)) {
			heap_free(page, 0);
			page = none;
		}
	}
	return pte_make(virt_to_mfn(page), PTE_HV_READ_ONLY);
}

/* The window's former translations may be in the TLB of the CPU that runs the vcpu. */
static void window_flush(const struct vcpu *v)
{
	if (v == current_vcpu())
		tlb_flush_local(FLUSH_TLB, 0);
}

void pv_drop_gdt(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;
	uint64_t empty = pv->descriptor_l1 ? empty_entry() : 0;

	pv->gdt_entries = 0;
	for (unsigned int i = 0; i < PV_GDT_PAGES; i++) {
		mfn_t mfn = pv->gdt_frames[i];

		if (pv->descriptor_l1)
			WRITE_ONCE(pv->descriptor_l1[i], empty);
		pv->gdt_frames[i] = mfn_from(0);
		if (mfn.n) {
			memory_barrier();
			page_put_and_type(mfn_to_page(mfn));
		}
	}
}

static int gdt_frames_get(const struct domain *d, const uint64_t *frames, unsigned int nr)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; i < nr && !rc; i++) {
		struct page *page = frame_page(mfn_from(frames[i]));

		rc = page ? page_get_and_type(page, d, PAGE_TYPE_DESCRIPTOR) : -EINVAL;
	}
	if (!rc)
		return 0;
	for (i--; i > 0; i--)
		page_put_and_type(mfn_to_page(mfn_from(frames[i - 1])));
	return rc;
}

int pv_set_gdt(struct vcpu *v, const uint64_t *frames, uint32_t nr_entries)
{
	unsigned int nr = (nr_entries + DESCRIPTORS_PER_PAGE - 1) / DESCRIPTORS_PER_PAGE;
	struct pv_vcpu *pv = &v->arch.pv;
	int rc;

	if (nr_entries > FIRST_RESERVED_GDT_ENTRY)
		return -EINVAL;
	rc = gdt_frames_get(v->domain, frames, nr);
	if (rc)
		return rc;
	pv_drop_gdt(v);
	for (unsigned int i = 0; i < nr; i++) {
		pv->gdt_frames[i] = mfn_from(frames[i]);
		/* The processor sets accessed bits. */
		WRITE_ONCE(pv->descriptor_l1[i], pte_make(pv->gdt_frames[i], PTE_HV_DATA));
	}
	pv->gdt_entries = nr_entries;
	window_flush(v);
	return 0;
}

int64_t hypercall_set_gdt(uint64_t frame_list, uint64_t nr_entries)
{
	uint64_t frames[PV_GDT_PAGES];
	uint32_t nr = (uint32_t)nr_entries;
	uint64_t bytes = (nr + DESCRIPTORS_PER_PAGE - 1) / DESCRIPTORS_PER_PAGE * sizeof(frames[0]);

	if (nr > FIRST_RESERVED_GDT_ENTRY)
		return -EINVAL;
	if (guest_copy_from(frames, frame_list, bytes))
		return -EFAULT;
	return pv_set_gdt(current_vcpu(), frames, nr);
}

void pv_drop_ldt(struct vcpu *v)
{
	struct pv_vcpu *pv = &v->arch.pv;
	uint32_t mapped = pv->ldt_mapped_pages;

	pv->ldt_mapped_pages = 0;
	for (; mapped; mapped &= mapped - 1) {
		uint64_t *slot =
			&pv->descriptor_l1[WINDOW_LDT_PAGE + (unsigned int)__builtin_ctz(mapped)];
		uint64_t old = __atomic_exchange_n(slot, 0, __ATOMIC_SEQ_CST);

		page_put_and_type(mfn_to_page(pte_to_mfn(old)));
	}
}

void pv_set_ldt(struct vcpu *v, uint64_t base, uint32_t nr_entries)
{
	struct pv_vcpu *pv = &v->arch.pv;

	if (pv->ldt_base == base && pv->ldt_entries == nr_entries)
		return;
	pv_drop_ldt(v);
	window_flush(v);
	pv->ldt_base = base;
	pv->ldt_entries = nr_entries;
	if (v == current_vcpu())
		ldt_load(nr_entries ? pv->descriptor_window + WINDOW_LDT_PAGE * PAGE_SIZE : 0,
			 nr_entries);
}

bool ldt_page_map(struct vcpu *v, unsigned int index)
{
	struct pv_vcpu *pv = &v->arch.pv;
	uint64_t address = pv->ldt_base + index * PAGE_SIZE, entry;
	struct page *page;

	if (index >= LDT_PAGES || index * DESCRIPTORS_PER_PAGE >= pv->ldt_entries ||
	    (pv->ldt_mapped_pages >> index & 1))
		return false;
	entry = pv_mmu_read_l1_entry(address);
	page = entry ? frame_page(pte_to_mfn(entry)) : NULL;
	if (!page || page_get_and_type(page, v->domain, PAGE_TYPE_DESCRIPTOR))
		return false;
	WRITE_ONCE(pv->descriptor_l1[WINDOW_LDT_PAGE + index],
		   pte_make(page_to_mfn(page), PTE_HV_DATA));
	pv->ldt_mapped_pages |= 1u << index;
	return true;
}

int64_t hypercall_update_descriptor(uint64_t machine_address, uint64_t descriptor)
{
	struct page *page = frame_page(mfn_from(machine_address >> PAGE_SHIFT));
	uint64_t offset = machine_address & ~PAGE_MASK, type;

	if ((offset & 7) || !page || !pv_descriptor_is_safe(&descriptor))
		return -EINVAL;
	if (!page_get(page, current_vcpu()->domain))
		return -EINVAL;
	type = READ_ONCE(page->type_info);
	type = (type & PAGE_TYPE_MASK) == PAGE_TYPE_DESCRIPTOR && (type & PAGE_TYPE_COUNT_MASK)
		       ? PAGE_TYPE_DESCRIPTOR
		       : PAGE_TYPE_WRITABLE;
	if (page_get_type(page, type)) {
		page_put(page);
		return -EINVAL;
	}
	WRITE_ONCE(*(uint64_t *)((char *)page_to_virt(page) + offset), descriptor);
	page_put_and_type(page);
	return 0;
}
