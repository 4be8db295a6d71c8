/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The builder maps a domain's pages; its page tables only for reading, and data pages never become tables behind that. */
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static void nothing(void) {}

static long pin(struct child *child, uint32_t command, uint64_t mfn)
{
	struct xen_mmuext_op operation = {.cmd = command};

	operation.arg1.mfn = mfn;
	return hypercall_mmuext_op(&operation, 1, NULL, child->id);
}

void test_main(void)
{
	struct child *child = child_create();
	uint64_t value = 0;
	void *mapped;

	child_build(child, nothing);
	CHECK(foreign_map(child->id, child->root_mfn, PTE_DATA, &mapped) < 0);
	CHECK_EQUAL(foreign_map(child->id, child->root_mfn, PTE_READ_ONLY, &mapped), 0);
	CHECK(!probe_read((uint64_t *)mapped + table_index(VIRT_BASE, 4), &value, NULL));
	CHECK_EQUAL(value & PTE_P, PTE_P);
	CHECK_EQUAL(foreign_map(child->id, child->mfns[300], PTE_DATA, &mapped), 0);
	CHECK_EQUAL(foreign_map(child->id, child->shared_mfn, PTE_DATA, &mapped), 0);
	/* Neither ours nor nobody's by its name. */
	CHECK(foreign_map(child->id, mfn_of(&value), PTE_DATA, &mapped) < 0);
	CHECK(foreign_map(child->id, 0xffffffffff, PTE_DATA, &mapped) < 0);
	CHECK_EQUAL(foreign_map(999, child->mfns[300], PTE_DATA, &mapped), -XEN_ESRCH);
	CHECK(foreign_map(DOMID_SELF, child->mfns[300], PTE_DATA, &mapped) < 0);
	/* Mapped writable by us, it can't be a table of the child's. */
	CHECK(pin(child, MMUEXT_PIN_L1_TABLE, child->mfns[300]) < 0);
	CHECK_EQUAL(pin(child, MMUEXT_UNPIN_TABLE, child->root_mfn), 0);
	CHECK(pin(child, MMUEXT_UNPIN_TABLE, child->root_mfn) < 0);
	CHECK_EQUAL(pin(child, MMUEXT_PIN_L4_TABLE, child->root_mfn), 0);
	CHECK(pin(child, MMUEXT_PIN_L4_TABLE, base_table_mfn()) < 0);
}
