/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults that a guest never sees: of stale translations, of pages of its
 * LDT that the window doesn't map yet, and of its kernel's stores to page
 * tables, which are made in its place and checked as any other update.
 */
#include "asm/emulate.h"
#include "asm/msr.h"
#include "hv/arch.h"
#include "hv/guest_access.h"
#include "pv_walk.h"

#define ERROR_PRESENT 1u
#define ERROR_WRITE 2u
#define ERROR_USER 4u
#define ERROR_RESERVED 8u
#define ERROR_FETCH 16u
#define WINDOW_LDT_OFFSET (16 * PAGE_SIZE)
#define LDT_BYTES (16 * PAGE_SIZE)

/* Does the guest's own table allow what faulted? Then a translation of before was to blame, and the fault has removed it. */
static bool fault_is_stale(mfn_t root, uint64_t address, uint32_t error_code)
{
	uint64_t rights;

	if ((error_code & (ERROR_PRESENT | ERROR_RESERVED)) != ERROR_PRESENT)
		return false;
	/* The hypervisor never runs guests' pages. */
	if ((error_code & (ERROR_USER | ERROR_FETCH)) == ERROR_FETCH)
		return false;
	rights = walk_rights(root, address);
	if (!(rights & PTE_PRESENT))
		return false;
	if ((error_code & ERROR_WRITE) && !(rights & PTE_WRITABLE))
		return false;
	return !((error_code & ERROR_FETCH) && (rights & PTE_NO_EXECUTE));
}

/* The processor read a descriptor through the window's part for the LDT. */
static bool fault_in_ldt(struct vcpu *v, struct registers *r, uint64_t *address, uint64_t offset)
{
	if (ldt_page_map(v, (unsigned int)(offset / PAGE_SIZE)))
		return true;
	if (!registers_are_guest(r))
		return false;
	/* Where the guest believes its LDT to be. */
	*address = v->arch.pv.ldt_base + offset;
	r->error_code &= ~ERROR_USER;
	return false;
}

/* Stores to a page table. */

struct table_store {
	const struct domain *domain;
	struct page *table;
	uint64_t address; /* that faulted */
};

/* The entry that an operand lies in, and where in it; NULL: the operand is not what trapped, or crosses entries. */
static uint64_t *store_slot(const struct table_store *t, uint64_t address, unsigned int bytes,
			    unsigned int *shift)
{
	if ((address & (bytes - 1)) || t->address - address >= bytes)
		return NULL;
	*shift = (unsigned int)(address & 7) * 8;
	return (uint64_t *)((char *)page_to_virt(t->table) + (address & ~PAGE_MASK & ~7UL));
}

static uint64_t store_mask(unsigned int bytes)
{
	return bytes == 8 ? ~0UL : (1UL << (8 * bytes)) - 1;
}

static int store_read(void *data, uint64_t address, unsigned int bytes, uint64_t *value)
{
	unsigned int shift;
	const uint64_t *slot = store_slot(data, address, bytes, &shift);

	if (!slot)
		return -EFAULT;
	*value = READ_ONCE(*slot) >> shift & store_mask(bytes);
	return 0;
}

/* Writes one operand into its entry, if it still is *expected; no condition when expected is NULL. */
static int store_update(const struct table_store *t, uint64_t address, unsigned int bytes,
			uint64_t *expected, uint64_t value)
{
	uint64_t mask = store_mask(bytes), old, new;
	unsigned int shift;
	uint64_t *slot = store_slot(t, address, bytes, &shift);
	int rc;

	if (!slot || !table_lock(t->table, PAGE_TYPE_L1))
		return -EFAULT;
	do {
		old = READ_ONCE(*slot);
		new = (old & ~(mask << shift)) | value << shift;
		if (page_owner(t->table) != t->domain)
			rc = -EFAULT;
		else if (expected && (old >> shift & mask) != *expected)
			rc = -EAGAIN;
		else
			rc = l1_write(t->domain, t->domain, slot, old, new, ENTRY_EXACT);
	} while (rc == -EAGAIN && !expected);
	table_unlock(t->table);
	if (rc == -EAGAIN)
		*expected = READ_ONCE(*slot) >> shift & mask;
	return rc;
}

static int store_write(void *data, uint64_t address, unsigned int bytes, uint64_t value)
{
	return store_update(data, address, bytes, NULL, value);
}

static int store_compare_exchange(void *data, uint64_t address, unsigned int bytes,
				  uint64_t *expected, uint64_t value)
{
	return store_update(data, address, bytes, expected, value);
}

static int code_decode(const uint8_t *code, size_t nr_bytes, const struct registers *r,
		       struct store *store)
{
	struct store_segments segments;
	int rc = store_decode(code, nr_bytes, r, NULL, store);

	if (likely(rc != -EDOM))
		return rc;
	segments.fs_base = read_msr(MSR_FS_BASE);
	segments.gs_base = read_msr(MSR_GS_BASE);
	return store_decode(code, nr_bytes, r, &segments, store);
}

/* The instruction at rip, fetched to the end of its page first: what lies behind may not be there. */
static int code_fetch(const struct registers *r, struct store *store)
{
	uint8_t code[16];
	size_t here = PAGE_SIZE - (r->rip & ~PAGE_MASK);
	int rc;

	/* Two words are the fast copy; the sixteenth byte is never decoded. */
	if (likely(here >= sizeof(code)))
		return guest_copy_from(code, r->rip, sizeof(code))
			       ? -EFAULT
			       : code_decode(code, INSTRUCTION_MAX_BYTES, r, store);
	if (guest_copy_from(code, r->rip, here))
		return -EFAULT;
	rc = code_decode(code, MIN(here, INSTRUCTION_MAX_BYTES), r, store);
	if (rc != -ENODATA || here >= INSTRUCTION_MAX_BYTES)
		return rc;
	if (guest_copy_from(code + here, r->rip + here, INSTRUCTION_MAX_BYTES - here))
		return -EFAULT;
	return code_decode(code, INSTRUCTION_MAX_BYTES, r, store);
}

static bool table_store_emulate(struct vcpu *v, struct registers *r, struct page *table,
				uint64_t address)
{
	struct table_store t = {v->domain, table, address};
	const struct store_memory memory = {store_read, store_write, store_compare_exchange, &t};
	struct store store;

	return !code_fetch(r, &store) && !store_execute(&store, r, &memory);
}

/* Did the guest's kernel store to a page that it maps read-only because it is an L1? The peer asks for no VMASST here either. */
static bool fault_is_table_store(struct vcpu *v, struct registers *r, uint64_t address)
{
	const struct pv_vcpu *pv = &v->arch.pv;
	struct page *table;
	const uint64_t *slot;
	uint64_t entry, type;

	if ((r->error_code & (ERROR_PRESENT | ERROR_WRITE | ERROR_RESERVED)) !=
		    (ERROR_PRESENT | ERROR_WRITE) ||
	    !registers_are_guest(r) || !pv->in_kernel)
		return false;
	slot = l1_slot_find(pv->kernel_root, address, &table);
	entry = slot ? READ_ONCE(*slot) : 0;
	if ((entry & (PTE_PRESENT | PTE_WRITABLE)) != PTE_PRESENT)
		return false;
	table = frame_page(pte_to_mfn(entry));
	type = table ? READ_ONCE(table->type_info) : 0;
	return (type & PAGE_TYPE_MASK) == PAGE_TYPE_L1 && (type & PAGE_TYPE_COUNT_MASK) &&
	       table_store_emulate(v, r, table, address);
}

/* The tables that faulted: we use a guest's kernel's also while it is in user mode, and must not wait for what its user's allow. */
static mfn_t root_that_faulted(const struct vcpu *v, const struct registers *r)
{
	const struct pv_vcpu *pv = &v->arch.pv;

	if (!registers_are_guest(r))
		return paddr_to_mfn(paddr_from(read_cr3()));
	return pv->in_kernel ? pv->kernel_root : pv->user_root;
}

bool pv_mmu_handle_page_fault(struct registers *r, uint64_t *address)
{
	struct vcpu *v = current_vcpu();
	uint64_t offset;

	if (unlikely(!v || v->domain->is_idle))
		return false;
	if (unlikely(address_is_hypervisor(*address))) {
		offset = *address - v->arch.pv.descriptor_window - WINDOW_LDT_OFFSET;
		return offset < LDT_BYTES && fault_in_ldt(v, r, address, offset);
	}
	return fault_is_table_store(v, r, *address) ||
	       fault_is_stale(root_that_faulted(v, r), *address, r->error_code);
}
