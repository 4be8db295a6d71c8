/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults that a guest never sees: of stale translations, of pages of its
 * LDT that the window doesn't map yet.
 */
#include "hv/arch.h"
#include "pv_tables.h"

#define ERROR_PRESENT 1u
#define ERROR_WRITE 2u
#define ERROR_USER 4u
#define ERROR_RESERVED 8u
#define ERROR_FETCH 16u
#define WINDOW_LDT_OFFSET (16 * PAGE_SIZE)
#define LDT_BYTES (16 * PAGE_SIZE)

/* Does the guest's own table allow what faulted? Then a translation of before was to blame, and the fault has removed it. */
static bool fault_is_stale(const struct vcpu *v, uint64_t address, uint32_t error_code)
{
	const struct pv_vcpu *pv = &v->arch.pv;
	uint64_t rights;

	if ((error_code & (ERROR_PRESENT | ERROR_RESERVED)) != ERROR_PRESENT)
		return false;
	rights = walk_rights(pv->in_kernel ? pv->kernel_root : pv->user_root, address);
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
	return fault_is_stale(v, *address, r->error_code);
}
