/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmuext_op: pins of each level, roots, flushes, LDT and GDT, pages cleared and copied, what is refused. */
#include <string.h>

#include "asm/tlb.h"
#include "hv/arch.h"
#include "tests.h"

static struct tree tree;

static uint64_t mfn(const struct page *page)
{
	return page_to_mfn(page).n;
}

static void each_level_is_pinned_as_itself(void **state)
{
	tree_build(&tree, guest, 4);
	snapshot_take();
	assert_int_equal(extended(MMUEXT_PIN_L1_TABLE, mfn(tree.l1), 0), 0);
	assert_int_equal(extended(MMUEXT_PIN_L2_TABLE, mfn(tree.l1), 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_PIN_L2_TABLE, mfn(tree.l2), 0), 0);
	assert_int_equal(extended(MMUEXT_PIN_L3_TABLE, mfn(tree.l3), 0), 0);
	assert_int_equal(extended(MMUEXT_PIN_L4_TABLE, mfn(tree.l4), 0), 0);
	assert_int_equal(TYPE_COUNT(tree.l1), 2);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, mfn(tree.l1), 0), 0);
	assert_int_equal(TYPE_COUNT(tree.l1), 1);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, mfn(tree.l2), 0), 0);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, mfn(tree.l3), 0), 0);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, mfn(tree.data[0]), 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, mfn(tree.l4), 0), 0);
	assert_int_equal(snapshot_differences(), 0);
}

static void frames_of_nobody_and_others_are_no_tables(void **state)
{
	struct page *foreign = data_page_of(other);

	assert_int_equal(extended(MMUEXT_PIN_L1_TABLE, mfn(foreign), 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_PIN_L4_TABLE, ~0UL, 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_PIN_L4_TABLE, 0, 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, mfn(foreign), 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, 0, 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_NEW_USER_BASEPTR, mfn(foreign), 0), -EINVAL);
	assert_int_equal(extended_as(MMUEXT_PIN_L1_TABLE, mfn(foreign), 0, 2), -EPERM);
	run_as(dom0);
	assert_int_equal(extended_as(MMUEXT_PIN_L1_TABLE, mfn(foreign), 0, 2), 0);
	assert_int_equal(extended_as(MMUEXT_TLB_FLUSH_LOCAL, 0, 0, 2), -EPERM);
	assert_int_equal(extended_as(MMUEXT_UNPIN_TABLE, mfn(foreign), 0, 2), 0);
}

static void roots_hold_and_give_back(void **state)
{
	struct tree second;

	tree_build(&tree, guest, 2);
	tree_build(&second, guest, 2);
	snapshot_take();
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, mfn(tree.l4), 0), 0);
	assert_int_equal(read_cr3(), mfn_to_paddr(page_to_mfn(tree.l4)).a);
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, mfn(tree.l4), 0), 0);
	assert_int_equal(TYPE_COUNT(tree.l4), 1);
	assert_int_equal(extended(MMUEXT_NEW_USER_BASEPTR, mfn(second.l4), 0), 0);
	assert_int_equal(read_cr3(), mfn_to_paddr(page_to_mfn(tree.l4)).a);
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, mfn(second.l4), 0), 0);
	assert_int_equal(TYPE_COUNT(tree.l4), 0);
	assert_int_equal(TYPE_COUNT(second.l4), 2);
	assert_int_equal(extended(MMUEXT_NEW_USER_BASEPTR, 0, 0), 0);
	assert_int_equal(TYPE_COUNT(second.l4), 1);
	assert_int_equal(pv_mmu_drop_roots(v), 0);
	assert_int_equal(snapshot_differences(), 0);
}

static void strict_guests_hide_the_m2p_from_user_mode(void **state)
{
	struct tree second;

	tree_build(&tree, guest, 1);
	tree_build(&second, guest, 1);
	guest->vm_assist |= 1UL << VMASST_TYPE_m2p_strict;
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, mfn(tree.l4), 0), 0);
	assert_int_equal(extended(MMUEXT_NEW_USER_BASEPTR, mfn(second.l4), 0), 0);
	assert_true(entries_of(tree.l4)[HV_FIRST_SLOT] & PTE_USER);
	assert_false(entries_of(second.l4)[HV_FIRST_SLOT] & PTE_USER);
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, mfn(second.l4), 0), 0);
	assert_int_equal(extended(MMUEXT_NEW_USER_BASEPTR, mfn(tree.l4), 0), 0);
	assert_false(entries_of(tree.l4)[HV_FIRST_SLOT] & PTE_USER);
}

static void flushes_reach_the_cpus_of_the_vcpus(void **state)
{
	uint64_t both = 3, none = 0;

	tree_build(&tree, guest, 1);
	tree_run(&tree, guest);
	fake_cpu_enter(1);
	fake_interrupts_set(false);
	tlb_switch_root(guest->vcpu[1], mfn_to_paddr(page_to_mfn(tree.l4)).a);
	fake_interrupts_set(true);
	fake_cpu_enter(0);
	nr_sent = 0;
	assert_int_equal(extended(MMUEXT_TLB_FLUSH_LOCAL, 0, 0), 0);
	assert_int_equal(extended(MMUEXT_INVLPG_LOCAL, 0x1000, 0), 0);
	assert_int_equal(extended(MMUEXT_TLB_FLUSH_MULTI, 0, (uint64_t)&none), 0);
	assert_int_equal(nr_sent, 0);
	assert_int_equal(extended(MMUEXT_TLB_FLUSH_MULTI, 0, (uint64_t)&both), 0);
	assert_int_equal(nr_sent, 1);
	assert_int_equal(extended(MMUEXT_INVLPG_MULTI, 0x1000, (uint64_t)&both), 0);
	assert_int_equal(extended(MMUEXT_TLB_FLUSH_ALL, 0, 0), 0);
	assert_int_equal(extended(MMUEXT_INVLPG_ALL, 0x1000, 0), 0);
	assert_int_equal(nr_sent, 4);
	assert_int_equal(extended(MMUEXT_TLB_FLUSH_MULTI, 0, 16), -EFAULT);
	assert_int_equal(hypercall_update_va_mapping(0, 0, UVMF_TLB_FLUSH | (uint64_t)&both), 0);
	assert_int_equal(nr_sent, 5);
	assert_int_equal(hypercall_update_va_mapping(0, 0, UVMF_INVLPG | UVMF_ALL), 0);
	assert_int_equal(nr_sent, 6);
	/* A vcpu that is on no CPU has nothing to flush. */
	fake_cpu_enter(1);
	fake_interrupts_set(false);
	tlb_switch_root(guest->vcpu[1], 0);
	fake_interrupts_set(true);
	fake_cpu_enter(0);
	assert_int_equal(extended(MMUEXT_TLB_FLUSH_ALL, 0, 0), 0);
	assert_int_equal(nr_sent, 6);
}

static void caches_are_for_who_has_hardware(void **state)
{
	assert_int_equal(extended(MMUEXT_FLUSH_CACHE, 0, 0), -EACCES);
	assert_int_equal(extended(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0), -EINVAL);
	run_as(dom0);
	assert_int_equal(extended(MMUEXT_FLUSH_CACHE, 0, 0), 0);
	assert_int_equal(extended(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0), 0);
}

static void pages_are_cleared_and_copied_where_writable(void **state)
{
	struct page *a = data_page(), *b = data_page();

	snapshot_take();
	memset(page_to_virt(a), 0x5a, PAGE_SIZE);
	assert_int_equal(extended(MMUEXT_COPY_PAGE, mfn(b), mfn(a)), 0);
	assert_memory_equal(page_to_virt(a), page_to_virt(b), PAGE_SIZE);
	assert_int_equal(extended(MMUEXT_CLEAR_PAGE, mfn(a), 0), 0);
	assert_int_equal(entries_of(a)[17], 0);
	assert_int_equal(extended(MMUEXT_COPY_PAGE, mfn(b), mfn(data_page_of(other))), -EINVAL);
	assert_int_equal(extended(MMUEXT_PIN_L1_TABLE, mfn(a), 0), 0);
	assert_int_equal(extended(MMUEXT_CLEAR_PAGE, mfn(a), 0), -EINVAL);
	assert_int_equal(extended(MMUEXT_COPY_PAGE, mfn(a), mfn(b)), -EINVAL);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, mfn(a), 0), 0);
}

static void unknown_operations_are_refused(void **state)
{
	struct xen_mmuext_op ops[3] = {{.cmd = MMUEXT_TLB_FLUSH_LOCAL}, {.cmd = 14}};
	uint32_t done = 0;

	assert_int_equal(extended(14, 0, 0), -ENOSYS);
	assert_int_equal(extended(21, 0, 0), -ENOSYS);
	assert_int_equal(extended(UINT32_MAX, 0, 0), -ENOSYS);
	assert_int_equal(extended(MMUEXT_MARK_SUPER, 0, 0), -EOPNOTSUPP);
	assert_int_equal(extended(MMUEXT_UNMARK_SUPER, 0, 0), -EOPNOTSUPP);
	assert_int_equal(hypercall_mmuext_op((uint64_t)ops, 3, (uint64_t)&done, DOMID_SELF),
			 -ENOSYS);
	assert_int_equal(done, 1);
	assert_int_equal(hypercall_mmuext_op(16, 1, 0, DOMID_SELF), -EFAULT);
}

#define CODE_RING0 0x00af9b000000ffffUL
#define CODE_RING3 0x00affb000000ffffUL
#define CALL_GATE 0x0000ec00e0080000UL
#define TSS_DESCRIPTOR 0x0000890000000067UL

static void descriptors_are_made_harmless(void **state)
{
	uint64_t x = CODE_RING0;

	assert_true(pv_descriptor_is_safe(&x));
	assert_int_equal(x, CODE_RING3);
	x = CALL_GATE;
	assert_false(pv_descriptor_is_safe(&x));
	x = TSS_DESCRIPTOR;
	assert_false(pv_descriptor_is_safe(&x));
	/* Not present, whatever it is; type 0. */
	x = CALL_GATE & ~(1UL << 47);
	assert_true(pv_descriptor_is_safe(&x));
	x = 1UL << 47;
	assert_true(pv_descriptor_is_safe(&x));
}

static void a_gdt_holds_its_frames(void **state)
{
	struct page *a = data_page(), *b = data_page();
	uint64_t frames[16] = {mfn(a), mfn(b)};

	snapshot_take();
	entries_of(a)[2] = CODE_RING0;
	assert_int_equal(hypercall_set_gdt((uint64_t)frames, 600), 0);
	assert_int_equal(entries_of(a)[2], CODE_RING3);
	assert_int_equal(v->arch.pv.descriptor_l1[1], pte(b, PTE_HV_DATA));
	assert_int_equal(TYPE_COUNT(b), 1);
	assert_int_equal(hypercall_set_gdt((uint64_t)frames, 512), 0);
	assert_int_equal(TYPE_COUNT(b), 0);
	entries_of(b)[9] = CALL_GATE;
	assert_int_equal(hypercall_set_gdt((uint64_t)frames, 513), -EINVAL);
	assert_int_equal(v->arch.pv.gdt_entries, 512);
	assert_int_equal(TYPE_COUNT(a), 1);
	assert_int_equal(hypercall_set_gdt((uint64_t)frames, 7169), -EINVAL);
	assert_int_equal(hypercall_set_gdt(16, 1), -EFAULT);
	/* Descriptors of the live table, and of a page that is none. */
	assert_int_equal(hypercall_update_descriptor(address_of_entry(a, 3), CODE_RING0), 0);
	assert_int_equal(entries_of(a)[3], CODE_RING3);
	assert_int_equal(hypercall_update_descriptor(address_of_entry(a, 3), CALL_GATE), -EINVAL);
	assert_int_equal(hypercall_update_descriptor(address_of_entry(a, 3) + 4, 0), -EINVAL);
	assert_int_equal(hypercall_update_descriptor(address_of_entry(b, 3), CODE_RING0), 0);
	assert_int_equal(hypercall_set_gdt(0, 0), 0);
	/* The page that stands for what the guest has not set is kept for good. */
	v->arch.pv.descriptor_l1[0] = 0;
	assert_int_equal(COUNT(a), 1);
	assert_int_equal(TYPE_COUNT(a), 0);
}

int extended_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_level_is_pinned_as_itself),
		TEST(frames_of_nobody_and_others_are_no_tables),
		TEST(roots_hold_and_give_back),
		TEST(strict_guests_hide_the_m2p_from_user_mode),
		TEST(flushes_reach_the_cpus_of_the_vcpus),
		TEST(caches_are_for_who_has_hardware),
		TEST(pages_are_cleared_and_copied_where_writable),
		TEST(unknown_operations_are_refused),
		TEST(descriptors_are_made_harmless),
		TEST(a_gdt_holds_its_frames),
	};

	return cmocka_run_group_tests_name("extended", tests, NULL, NULL);
}
