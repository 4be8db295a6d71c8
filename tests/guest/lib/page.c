/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page pool, frame numbers, page-table entries. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"

#define POOL_PAGES 768

static char pool[POOL_PAGES * PAGE_SIZE] page_aligned;
static unsigned int pool_used;

void *page_alloc(unsigned int count)
{
	unsigned int first = __atomic_fetch_add(&pool_used, count, __ATOMIC_RELAXED);

	if (first + count > POOL_PAGES)
		test_error("the page pool is empty");
	return pool + first * PAGE_SIZE;
}

uint64_t pfn_of(const volatile void *address)
{
	return ((uint64_t)address - VIRT_BASE) >> PAGE_SHIFT;
}

uint64_t pfn_to_mfn(uint64_t pfn)
{
	return ((const uint64_t *)start_info->mfn_list)[pfn];
}

uint64_t mfn_of(const volatile void *address)
{
	return pfn_to_mfn(pfn_of(address));
}

uint64_t maddr_of(const volatile void *address)
{
	return mfn_of(address) << PAGE_SHIFT | ((uint64_t)address & ~PAGE_MASK);
}

void *pfn_address(uint64_t pfn)
{
	return (void *)(VIRT_BASE + (pfn << PAGE_SHIFT));
}

uint64_t mfn_to_pfn(uint64_t mfn)
{
	return ((const volatile uint64_t *)MACH2PHYS_VIRT_START)[mfn];
}

uint64_t base_table_mfn(void)
{
	return mfn_of((void *)start_info->pt_base);
}

uint64_t *pte_find(uint64_t address, unsigned int level)
{
	uint64_t *table = (uint64_t *)start_info->pt_base;

	for (unsigned int i = 4; i > level; i--) {
		uint64_t entry = read_once(table[table_index(address, i)]);

		if (!(entry & PTE_P))
			return NULL;
		table = pfn_address(mfn_to_pfn(pte_mfn(entry)));
	}
	return &table[table_index(address, level)];
}

long machine_update(uint64_t machine_address_and_kind, uint64_t value)
{
	struct xen_mmu_update update = {.ptr = machine_address_and_kind, .val = value};

	return hypercall_mmu_update(&update, 1, NULL, DOMID_SELF);
}

long pte_write(uint64_t *entry, uint64_t value)
{
	return machine_update(maddr_of(entry) | MMU_NORMAL_PT_UPDATE, value);
}

long page_set_flags(const volatile void *address, uint64_t flags)
{
	return hypercall_update_va_mapping((uint64_t)address, pte_make(mfn_of(address), flags),
					   UVMF_INVLPG | UVMF_ALL);
}

long mmuext(unsigned int command, uint64_t arg1, uint64_t arg2)
{
	struct xen_mmuext_op operation = {.cmd = command};

	operation.arg1.mfn = arg1;
	operation.arg2.nr_ents = (uint32_t)arg2;
	if (command == MMUEXT_COPY_PAGE)
		operation.arg2.src_mfn = arg2;
	if (command == MMUEXT_TLB_FLUSH_MULTI || command == MMUEXT_INVLPG_MULTI)
		operation.arg2.vcpumask = arg2;
	return hypercall_mmuext_op(&operation, 1, NULL, DOMID_SELF);
}

uint64_t *table_alloc(void)
{
	uint64_t *table = page_alloc(1);
	long result = page_set_flags(table, PTE_READ_ONLY);

	if (result != 0)
		test_error("a page does not become read-only: %ld", result);
	return table;
}

uint64_t *map_tables(uint64_t address)
{
	for (unsigned int level = 4; level > 1; level--) {
		uint64_t *entry = pte_find(address, level);
		long result;

		if (*entry & PTE_P)
			continue;
		result = pte_write(entry, pte_make(mfn_of(table_alloc()), PTE_TABLE));
		if (result != 0)
			test_error("a level %u table is refused: %ld", level - 1, result);
	}
	return pte_find(address, 1);
}

void map_at(uint64_t address, uint64_t entry)
{
	long result;

	map_tables(address);
	result = hypercall_update_va_mapping(address, entry, UVMF_INVLPG | UVMF_ALL);
	if (result != 0)
		test_error("mapping 0x%lx is refused: %ld", address, result);
}

uint64_t *user_tables_create(uint64_t user_address)
{
	uint64_t *base = page_alloc(1);
	unsigned int slot = table_index(user_address, 4);
	unsigned int image = table_index(VIRT_BASE, 4);

	map_tables(user_address);
	base[slot] = *pte_find(user_address, 4);
	base[image] = *pte_find(VIRT_BASE, 4);
	if (page_set_flags(base, PTE_READ_ONLY) != 0)
		test_error("the user base table does not become read-only");
	if (mmuext(MMUEXT_PIN_L4_TABLE, mfn_of(base), 0) != 0)
		test_error("the user base table is refused");
	return base;
}
