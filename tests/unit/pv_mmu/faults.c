/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Page faults: stores to page tables are made for the guest, the LDT is mapped, stale ones are repeated. */
#include <string.h>

#include "hv/hypercall.h"
#include "tests.h"

#define WRITE_FAULT 7u
#define READ_FAULT 5u
#define TABLE_INDEX 100 /* where the tree's L1 maps itself, read-only */

static struct tree tree;
static uint8_t code[16];

static void start(void)
{
	tree_build(&tree, guest, 2);
	entries_of(tree.l1)[TABLE_INDEX] = pte(tree.l1, RO);
	tree_run(&tree, guest);
}

static bool store(struct registers *r, const void *bytes, size_t nr, unsigned int index)
{
	uint64_t address = tree_address(TABLE_INDEX) + index * 8;

	memset(code, 0x90, sizeof(code));
	memcpy(code, bytes, nr);
	r->cs = 0xe033;
	r->rip = (uint64_t)code;
	r->error_code = WRITE_FAULT;
	r->rdi = address;
	return pv_mmu_handle_page_fault(r, &address);
}

/* mov %rax, (%rdi) */
static const uint8_t mov[] = {0x48, 0x89, 0x07};
/* xchg %rax, (%rdi) */
static const uint8_t xchg[] = {0x48, 0x87, 0x07};

static void moves_are_checked_updates(void **state)
{
	struct registers r = {0};
	struct page *page;

	start();
	page = data_page();
	r.rax = pte(page, RW);
	assert_true(store(&r, mov, sizeof(mov), 7));
	assert_int_equal(r.rip, (uint64_t)code + 3);
	assert_int_equal(entries_of(tree.l1)[7], pte(page, RW | PTE_USER));
	assert_int_equal(COUNT(page), 2);
	assert_int_equal(TYPE_COUNT(page), 1);
	r.rax = pte(tree.l4, RW);
	assert_false(store(&r, mov, sizeof(mov), 7));
	assert_int_equal(r.rip, (uint64_t)code);
	assert_int_equal(COUNT(page), 2);
}

static void exchanges_bring_the_old_entry(void **state)
{
	struct registers r = {0};
	uint64_t old;

	start();
	old = entries_of(tree.l1)[0];
	assert_true(store(&r, xchg, sizeof(xchg), 0));
	assert_int_equal(r.rax, old);
	assert_int_equal(entries_of(tree.l1)[0], 0);
	assert_int_equal(COUNT(tree.data[0]), 1);
	assert_int_equal(TYPE_COUNT(tree.data[0]), 0);
}

static void bit_operations_keep_the_rest(void **state)
{
	/* lock btrq $1, (%rdi): write protection */
	static const uint8_t btr[] = {0xf0, 0x48, 0x0f, 0xba, 0x37, 0x01};
	/* lock andb $0xdf, (%rdi): the accessed bit */
	static const uint8_t and8[] = {0xf0, 0x80, 0x27, 0xdf};
	struct registers r = {0};
	uint64_t old;

	start();
	old = entries_of(tree.l1)[0];
	assert_true(store(&r, btr, sizeof(btr), 0));
	assert_true(r.rflags & 1);
	assert_int_equal(entries_of(tree.l1)[0], old & ~(uint64_t)PTE_WRITABLE);
	assert_int_equal(TYPE_COUNT(tree.data[0]), 0);
	assert_true(store(&r, and8, sizeof(and8), 0));
	assert_int_equal(entries_of(tree.l1)[0], old & ~(uint64_t)(PTE_WRITABLE | PTE_ACCESSED));
	assert_int_equal(COUNT(tree.data[0]), 2);
}

static void others_faults_are_the_guests(void **state)
{
	struct registers r = {0};
	uint64_t address = tree_address(TABLE_INDEX);

	start();
	/* User mode, an instruction that isn't ours, a store elsewhere. */
	v->arch.pv.user_root = v->arch.pv.kernel_root;
	v->arch.pv.in_kernel = false;
	assert_false(store(&r, mov, sizeof(mov), 0));
	v->arch.pv.in_kernel = true;
	v->arch.pv.user_root = mfn_from(0);
	assert_false(store(&r, "\x0f\x11\x07", 3, 0));
	memcpy(code, mov, sizeof(mov));
	r.rdi = tree_address(50);
	r.error_code = WRITE_FAULT;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	/* A page that is no table stays read-only. */
	entries_of(tree.l1)[60] = 0;
	assert_int_equal(update(tree.l1, 60, pte(tree.data[1], RO)), 0);
	address = tree_address(60);
	r.rdi = address;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
}

static void an_instruction_may_end_on_the_next_page(void **state)
{
	static uint8_t pages[2 * 4096] __attribute__((aligned(4096)));
	struct registers r = {.cs = 0xe033, .error_code = WRITE_FAULT};
	uint64_t address = tree_address(TABLE_INDEX);

	start();
	memcpy(&pages[4096 - 2], mov, sizeof(mov));
	r.rip = (uint64_t)&pages[4096 - 2];
	r.rdi = address;
	assert_true(pv_mmu_handle_page_fault(&r, &address));
	/* What lies behind is not needed by one that ends here. */
	fake_guest_fault(&pages[4096], 1);
	memcpy(&pages[4096 - 3], mov, sizeof(mov));
	r.rip = (uint64_t)&pages[4096 - 3];
	assert_true(pv_mmu_handle_page_fault(&r, &address));
	pages[4096 - 1] = mov[0];
	r.rip = (uint64_t)&pages[4096 - 1];
	assert_false(pv_mmu_handle_page_fault(&r, &address));
}

static void stale_translations_are_tried_again(void **state)
{
	struct registers r = {.cs = 0xe033, .error_code = WRITE_FAULT};
	uint64_t address = tree_address(0);

	start();
	r.rip = (uint64_t)code;
	assert_true(pv_mmu_handle_page_fault(&r, &address));
	r.error_code = WRITE_FAULT | 8;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	r.error_code = 6;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	address = tree_address(TABLE_INDEX);
	r.error_code = READ_FAULT;
	assert_true(pv_mmu_handle_page_fault(&r, &address));
	address = tree_address(200);
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	/* An upper level that forbids writing forbids it for all below. */
	assert_int_equal(update(tree.l3, 0, pte(tree.l2, RO)), 0);
	address = tree_address(0);
	r.error_code = WRITE_FAULT;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	/* The hypervisor's own copies to the guest meet them too. */
	r.cs = 0xe008;
	r.error_code = 1;
	assert_true(pv_mmu_handle_page_fault(&r, &address));
}

static void the_ldt_is_mapped_when_needed(void **state)
{
	struct registers r = {.cs = 0xe033, .error_code = 4};
	struct pv_vcpu *pv;
	struct page *ldt;
	uint64_t window, address;

	start();
	pv = &v->arch.pv;
	window = pv->descriptor_window + 16 * PAGE_SIZE;
	ldt = data_page();
	entries_of(ldt)[1] = 0x00af9b000000ffffUL;
	assert_int_equal(update(tree.l1, 20, pte(ldt, RO)), 0);
	snapshot_take();
	assert_int_equal(extended(MMUEXT_SET_LDT, tree_address(20) + 8, 4), -EINVAL);
	assert_int_equal(extended(MMUEXT_SET_LDT, tree_address(20), 8193), -EINVAL);
	assert_int_equal(extended(MMUEXT_SET_LDT, tree_address(20), 1024), 0);
	address = window + 8;
	assert_true(pv_mmu_handle_page_fault(&r, &address));
	assert_int_equal(pv->descriptor_l1[16], pte(ldt, PTE_HV_DATA));
	assert_int_equal(entries_of(ldt)[1], 0x00affb000000ffffUL);
	assert_int_equal(TYPE_COUNT(ldt), 1);
	/* Its second page is not mapped by the guest: the guest's own address faults. */
	address = window + PAGE_SIZE + 16;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	assert_int_equal(address, tree_address(21) + 16);
	assert_int_equal(r.error_code, 0);
	/* Behind its last entry, and outside the window. */
	address = window + 3 * PAGE_SIZE;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	address = HV_VIRT_START;
	assert_false(pv_mmu_handle_page_fault(&r, &address));
	assert_int_equal(extended(MMUEXT_SET_LDT, 0, 0), 0);
	assert_int_equal(pv->descriptor_l1[16], 0);
	assert_int_equal(snapshot_differences(), 0);
}

int fault_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(moves_are_checked_updates),
		TEST(exchanges_bring_the_old_entry),
		TEST(bit_operations_keep_the_rest),
		TEST(others_faults_are_the_guests),
		TEST(an_instruction_may_end_on_the_next_page),
		TEST(stale_translations_are_tried_again),
		TEST(the_ldt_is_mapped_when_needed),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
