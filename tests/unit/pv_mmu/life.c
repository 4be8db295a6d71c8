/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Grants' entries, two CPUs at work on one table, and the end of a domain. */
#include <pthread.h>

#include "abi/grant_table.h"
#include "hv/heap.h"
#include "tests.h"

#define NR_ROUNDS 3000

static struct tree tree;

static void grants_map_and_take_back(void **state)
{
	struct page *granted = data_page_of(other);
	uint64_t entry = pte(granted, RW), old = 0;

	tree_build(&tree, guest, 2);
	tree_run(&tree, guest);
	snapshot_take();
	assert_int_equal(page_get_and_type(granted, other, PAGE_TYPE_WRITABLE), 0);
	assert_int_equal(pv_mmu_create_grant_linear(tree_address(9), entry, v), GNTST_okay);
	assert_int_equal(entries_of(tree.l1)[9], entry | PTE_USER);
	assert_true(granted->count_info & PAGE_FOREIGN);
	assert_int_equal(
		pv_mmu_destroy_grant_linear(tree_address(9), page_to_mfn(tree.data[0]), 0, v, &old),
		GNTST_general_error);
	assert_int_equal(
		pv_mmu_destroy_grant_linear(tree_address(9), page_to_mfn(granted), 0, v, &old),
		GNTST_okay);
	assert_int_equal(
		pv_mmu_destroy_grant_linear(tree_address(9), page_to_mfn(granted), 0, v, &old),
		GNTST_general_error);
	/* By the entry's own address; the guest overwrites it, which gives the references back. */
	assert_int_equal(pv_mmu_create_grant_pte(address_of_entry(tree.l1, 10), entry, guest),
			 GNTST_okay);
	assert_int_equal(update(tree.l1, 10, 0), 0);
	assert_int_equal(pv_mmu_destroy_grant_pte(address_of_entry(tree.l1, 10),
						  page_to_mfn(granted), guest, &old),
			 GNTST_general_error);
	assert_int_equal(pv_mmu_create_grant_pte(address_of_entry(tree.l2, 10), entry, guest),
			 GNTST_general_error);
	assert_int_equal(pv_mmu_create_grant_linear(HV_VIRT_START, entry, v), GNTST_general_error);
	assert_int_equal(snapshot_differences(), 0);
}

static void an_unmapped_grant_is_replaced(void **state)
{
	struct page *granted = data_page_of(other);
	uint64_t before, old = 0;

	tree_build(&tree, guest, 2);
	tree_run(&tree, guest);
	before = entries_of(tree.l1)[1];
	assert_true(page_get(granted, other));
	assert_int_equal(pv_mmu_create_grant_linear(tree_address(9), pte(granted, RO), v),
			 GNTST_okay);
	assert_int_equal(pv_mmu_destroy_grant_linear(tree_address(9), page_to_mfn(tree.data[0]),
						     tree_address(1), v, &old),
			 GNTST_general_error);
	assert_int_equal(entries_of(tree.l1)[1], before);
	assert_int_equal(pv_mmu_destroy_grant_linear(tree_address(9), page_to_mfn(granted),
						     tree_address(1), v, &old),
			 GNTST_okay);
	assert_int_equal(entries_of(tree.l1)[9], before);
	assert_int_equal(entries_of(tree.l1)[1], 0);
	assert_int_equal(COUNT(tree.data[1]), 2);
}

static unsigned int relinquish_all(void)
{
	unsigned int rounds = 1;

	while (pv_mmu_relinquish(guest) == -ERESTART)
		rounds++;
	return rounds;
}

static void a_dying_domain_gives_all_back(void **state)
{
	struct page *gdt;
	uint64_t frames[1];
	unsigned int rounds;

	tree_build(&tree, guest, 40);
	gdt = data_page();
	entries_of(tree.l4)[300] = pte(tree.l4, RO);
	snapshot_take();
	frames[0] = page_to_mfn(gdt).n;
	assert_int_equal(extended(MMUEXT_PIN_L4_TABLE, page_to_mfn(tree.l4).n, 0), 0);
	assert_int_equal(extended(MMUEXT_PIN_L2_TABLE, page_to_mfn(tree.l2).n, 0), 0);
	assert_int_equal(extended(MMUEXT_NEW_BASEPTR, page_to_mfn(tree.l4).n, 0), 0);
	assert_int_equal(extended(MMUEXT_NEW_USER_BASEPTR, page_to_mfn(tree.l4).n, 0), 0);
	assert_int_equal(pv_set_gdt(v, frames, 8), 0);
	fake_interrupts_set(false);
	tlb_switch_root(v, 0);
	fake_interrupts_set(true);
	run_as(dom0);
	guest->state = DOMAIN_DYING;
	preempt_always(true);
	rounds = relinquish_all();
	preempt_always(false);
	assert_true(rounds > 4);
	for (unsigned int i = 0; i < tree.nr; i++)
		assert_int_equal(COUNT(tree.data[i]), 1);
	assert_int_equal(COUNT(gdt), 1);
	assert_int_equal(COUNT(tree.l4), 1);
	assert_int_equal(TYPE_COUNT(tree.l1), 0);
	/* A pin that comes too late is refused. */
	assert_int_equal(extended_as(MMUEXT_PIN_L4_TABLE, page_to_mfn(tree.l4).n, 0, 1), -EINVAL);
	assert_int_equal(TYPE_COUNT(tree.l4), 0);
}

static void a_domain_dies_in_the_middle_of_a_pin(void **state)
{
	tree_build(&tree, guest, 8);
	for (unsigned int i = 1; i < 8; i++)
		entries_of(tree.l3)[i] = pte(data_page(), TABLE);
	snapshot_take();
	preempt_always(true);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(extended(MMUEXT_PIN_L4_TABLE, page_to_mfn(tree.l4).n, 0),
				 -ERESTART);
	run_as(dom0);
	guest->state = DOMAIN_DYING;
	relinquish_all();
	preempt_always(false);
	assert_int_equal(snapshot_differences(), 0);
}

static void a_domain_dies_in_the_middle_of_an_unpin(void **state)
{
	tree_build(&tree, guest, 8);
	for (unsigned int i = 1; i < 8; i++)
		entries_of(tree.l3)[i] = pte(data_page(), TABLE);
	snapshot_take();
	assert_int_equal(extended(MMUEXT_PIN_L4_TABLE, page_to_mfn(tree.l4).n, 0), 0);
	preempt_always(true);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, page_to_mfn(tree.l4).n, 0), -ERESTART);
	assert_non_null(v->arch.pv.pending_undo[0]);
	run_as(dom0);
	guest->state = DOMAIN_DYING;
	relinquish_all();
	preempt_always(false);
	assert_int_equal(snapshot_differences(), 0);
}

/* Two vcpus change the same entries and pin the same tables. */
static struct page *shared[4];

static void *race_run(void *data)
{
	unsigned int self = (unsigned int)(uintptr_t)data;
	uint64_t seed = self + 1;

	fake_cpu_enter(self);
	fake_current_set(guest->vcpu[self]);
	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		struct page *page;
		struct xen_mmu_update request;
		struct xen_mmuext_op op = {0};

		seed = seed * 6364136223846793005UL + 1442695040888963407UL;
		page = shared[seed >> 33 & 3];
		request.ptr = address_of_entry(tree.l1, seed >> 40 & 3);
		request.val = pte(page, seed >> 50 & 1 ? RW : RO) * (seed >> 51 & 1);
		(void)hypercall_mmu_update((uint64_t)&request, 1, 0, DOMID_SELF);
		op.cmd = seed >> 52 & 1 ? MMUEXT_PIN_L1_TABLE : MMUEXT_UNPIN_TABLE;
		op.arg1.mfn = page_to_mfn(page).n;
		(void)hypercall_mmuext_op((uint64_t)&op, 1, 0, DOMID_SELF);
	}
	return NULL;
}

static void two_vcpus_lose_no_count(void **state)
{
	pthread_t threads[2];

	tree_build(&tree, guest, 0);
	for (unsigned int i = 0; i < 4; i++)
		shared[i] = data_page();
	snapshot_take();
	tree_run(&tree, guest);
	for (uintptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, race_run, (void *)i);
	for (unsigned int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(update(tree.l1, i, 0), 0);
		(void)extended(MMUEXT_UNPIN_TABLE, page_to_mfn(shared[i]).n, 0);
	}
	assert_int_equal(pv_mmu_drop_roots(v), 0);
	assert_int_equal(snapshot_differences(), 0);
}

int life_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(grants_map_and_take_back),
		TEST(an_unmapped_grant_is_replaced),
		TEST(a_dying_domain_gives_all_back),
		TEST(a_domain_dies_in_the_middle_of_a_pin),
		TEST(a_domain_dies_in_the_middle_of_an_unpin),
		TEST(two_vcpus_lose_no_count),
	};

	return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
