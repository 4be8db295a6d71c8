/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exception table: where a fault of ours at a marked instruction resumes.
 * The linker leaves the rows in the order of the objects; they are searched as
 * they are, since a guest has to be at fault for each search.
 */
#include "asm/irq.h"
#include "asm/processor.h"
#include "asm/pv_mmu.h"

bool exception_fixup(struct registers *r)
{
	uint64_t address = read_cr2();

	/* A page fault of ours may be one that the guest never sees: a stale translation, a page of its LDT. */
	if (r->entry_vector == VECTOR_PF && pv_mmu_handle_page_fault(r, &address))
		return true;
	for (const struct exception_row *row = exception_table_start; row < exception_table_end;
	     row++) {
		if (row->from != r->rip)
			continue;
		r->rip = row->to;
		return true;
	}
	return false;
}
