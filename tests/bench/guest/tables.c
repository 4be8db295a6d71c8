/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of page tables. */
#include "bench.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define ADDRESS 0x200000000000ul
#define BATCH 32

void bench_entries(void)
{
	static struct xen_mmu_update updates[2][BATCH];
	uint64_t mfn = mfn_of(page_alloc(1)), *entry;
	uint64_t data = pte_make(mfn, PTE_DATA), read_only = pte_make(mfn, PTE_READ_ONLY);

	entry = map_tables(ADDRESS);
	map_at(ADDRESS, data);
	BENCH_CALL("update_va_mapping, soft bit", 0,
		   hypercall_update_va_mapping(ADDRESS, turn & 1 ? data : data | PTE_SOFT, 0), );
	BENCH_CALL("update_va_mapping, writable bit", 0,
		   hypercall_update_va_mapping(ADDRESS, turn & 1 ? data : read_only, 0), );
	BENCH_CALL(
		"update_va_mapping, with invlpg", 0,
		hypercall_update_va_mapping(ADDRESS, turn & 1 ? data : read_only, UVMF_INVLPG), );
	for (unsigned int i = 0; i < BATCH; i++) {
		hypercall_update_va_mapping(ADDRESS + i * PAGE_SIZE, data, 0);
		updates[0][i].ptr = updates[1][i].ptr = maddr_of(entry + i);
		updates[0][i].val = read_only;
		updates[1][i].val = data;
	}
	BENCH_CALL("mmu_update of 1", 0,
		   hypercall_mmu_update(updates[turn & 1], 1, NULL, DOMID_SELF), );
	BENCH_CALL("mmu_update of 32", 0,
		   hypercall_mmu_update(updates[turn & 1], BATCH, NULL, DOMID_SELF), );
}

void bench_trapped_write(void)
{
	uint64_t mfn = mfn_of(page_alloc(1)), *entry = map_tables(ADDRESS);
	uint64_t data = pte_make(mfn, PTE_DATA), read_only = pte_make(mfn, PTE_READ_ONLY);

	map_at(ADDRESS, data);
	BENCH("trapped page-table write", write_once(*entry, turn & 1 ? data : read_only));
}

static uint64_t make_table(unsigned int entries, const char *pages)
{
	uint64_t *table = page_alloc(1);

	for (unsigned int i = 0; i < entries; i++)
		table[i] = pte_make(mfn_of(pages + i % BATCH * PAGE_SIZE), PTE_DATA);
	if (page_set_flags(table, PTE_READ_ONLY) != 0)
		test_error("a table stays writable");
	return mfn_of(table);
}

static uint64_t make_tree(uint64_t l1)
{
	uint64_t below = l1;

	for (unsigned int level = 2; level <= 4; level++) {
		uint64_t *table = page_alloc(1);

		table[0] = pte_make(below, PTE_TABLE);
		if (page_set_flags(table, PTE_READ_ONLY) != 0)
			test_error("a table stays writable");
		below = mfn_of(table);
	}
	return below;
}

void bench_pins(void)
{
	char *pages = page_alloc(BATCH);
	uint64_t few = make_table(32, pages), many = make_table(512, pages);
	uint64_t tree = make_tree(make_table(32, pages));

	BENCH_CALL("pin and unpin an L1 with 32 entries", 0, mmuext(MMUEXT_PIN_L1_TABLE, few, 0),
		   mmuext(MMUEXT_UNPIN_TABLE, few, 0));
	BENCH_CALL("pin and unpin an L1 with 512 entries", 0, mmuext(MMUEXT_PIN_L1_TABLE, many, 0),
		   mmuext(MMUEXT_UNPIN_TABLE, many, 0));
	BENCH_CALL("pin and unpin a 4-level tree with 32 entries", 0,
		   mmuext(MMUEXT_PIN_L4_TABLE, tree, 0), mmuext(MMUEXT_UNPIN_TABLE, tree, 0));
}

static uint64_t make_base(void)
{
	uint64_t *base = page_alloc(1);

	base[table_index(VIRT_BASE, 4)] = *pte_find(VIRT_BASE, 4);
	if (page_set_flags(base, PTE_READ_ONLY) != 0 ||
	    mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(base), 0) != 0)
		test_error("a base table is refused");
	return mfn_of(base);
}

void bench_switches(void)
{
	uint64_t bases[2] = {make_base(), make_base()}, user = make_base();
	struct xen_mmuext_op flush = {.cmd = MMUEXT_TLB_FLUSH_LOCAL};
	struct xen_mmuext_op page = {.cmd = MMUEXT_INVLPG_LOCAL, .arg1.linear_addr = ADDRESS};
	struct xen_mmuext_op base[2], both[2][2];
	static struct xen_multicall_entry calls[2][3];

	for (unsigned int i = 0; i < 2; i++) {
		base[i] = (struct xen_mmuext_op){.cmd = MMUEXT_NEW_BASEPTR, .arg1.mfn = bases[i]};
		both[i][0] = base[i];
		both[i][1] = (struct xen_mmuext_op){.cmd = MMUEXT_NEW_USER_BASEPTR,
						    .arg1.mfn = user};
		calls[i][0] = (struct xen_multicall_entry){
			.op = __HYPERVISOR_mmuext_op,
			.args = {(uint64_t)both[i], 2, 0, DOMID_SELF},
		};
		calls[i][1] = (struct xen_multicall_entry){
			.op = __HYPERVISOR_stack_switch,
			.args = {FLAT_KERNEL_SS, (uint64_t)vcpu0_stack + 2 * STACK_BYTES},
		};
		calls[i][2] = (struct xen_multicall_entry){
			.op = __HYPERVISOR_set_segment_base,
			.args = {SEGBASE_FS, ADDRESS},
		};
	}
	BENCH_CALL("flush TLB", 0, hypercall_mmuext_op(&flush, 1, NULL, DOMID_SELF), );
	BENCH_CALL("invlpg", 0, hypercall_mmuext_op(&page, 1, NULL, DOMID_SELF), );
	BENCH_CALL("new base pointer", 0,
		   hypercall_mmuext_op(&base[turn & 1], 1, NULL, DOMID_SELF), );
	BENCH_CALL("context switch of a guest process", 0,
		   hypercall_multicall(calls[turn & 1], 3), );
	mmuext(MMUEXT_NEW_BASEPTR, base_table_mfn(), 0);
}
