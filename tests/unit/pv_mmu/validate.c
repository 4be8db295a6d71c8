/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Validation: what a table may say, what it holds then, and that all is given back. */
#include "tests.h"

static struct tree tree;

static int64_t pin_l4(void)
{
	return extended(MMUEXT_PIN_L4_TABLE, page_to_mfn(tree.l4).n, 0);
}

static int64_t unpin_l4(void)
{
	return extended(MMUEXT_UNPIN_TABLE, page_to_mfn(tree.l4).n, 0);
}

static void a_good_tree_is_pinned_and_given_back(void **state)
{
	tree_build(&tree, guest, 32);
	snapshot_take();
	assert_int_equal(pin_l4(), 0);
	assert_int_equal(COUNT(tree.l4), 2);
	assert_int_equal(COUNT(tree.l1), 2);
	assert_int_equal(TYPE_COUNT(tree.l1), 1);
	assert_int_equal(tree.l1->type_info & PAGE_TYPE_MASK, PAGE_TYPE_L1);
	for (unsigned int i = 0; i < tree.nr; i++) {
		assert_int_equal(COUNT(tree.data[i]), 2);
		assert_int_equal(tree.data[i]->type_info & ~PAGE_TYPE_STAMP_MASK,
				 PAGE_TYPE_WRITABLE | 1);
		assert_true(entries_of(tree.l1)[i] & PTE_USER);
	}
	assert_int_equal(pin_l4(), -EINVAL);
	assert_int_equal(unpin_l4(), 0);
	assert_int_equal(snapshot_differences(), 0);
	assert_int_equal(unpin_l4(), -EINVAL);
	assert_int_equal(snapshot_differences(), 0);
}

static void our_slots_are_filled_and_cleared(void **state)
{
	tree_build(&tree, guest, 1);
	for (unsigned int i = 0; i < HV_NR_SLOTS; i++)
		entries_of(tree.l4)[HV_FIRST_SLOT + i] = ~0UL;
	assert_int_equal(pin_l4(), 0);
	for (unsigned int i = 0; i < HV_NR_SLOTS; i++)
		assert_int_equal(entries_of(tree.l4)[HV_FIRST_SLOT + i],
				 hv_root_table[HV_FIRST_SLOT + i]);
	assert_int_equal(update(tree.l4, HV_FIRST_SLOT, 0), -EINVAL);
	assert_int_equal(update(tree.l4, HV_FIRST_SLOT + HV_NR_SLOTS - 1, 0), -EINVAL);
	assert_int_equal(update(tree.l4, HV_FIRST_SLOT - 1, 0), 0);
	assert_int_equal(unpin_l4(), 0);
	assert_int_equal(entries_of(tree.l4)[HV_FIRST_SLOT], 0);
}

/* One bad entry at one level: refused, and nothing is left of the attempt. */
static void bad_entries_are_refused(void **state)
{
	struct tree base;
	struct page *foreign = data_page_of(other), *hypervisor = virt_to_page(dom0), *free_page;
	unsigned int nr = 0;

	tree_build(&base, guest, 4);
	free_page = data_page();
	page_put_allocated(free_page);
	struct {
		struct page *table;
		uint64_t value;
	} rows[] = {
		{base.l1, pte(foreign, RO)},
		{base.l1, pte(foreign, RW)},
		{base.l1, pte(hypervisor, RO)},
		{base.l1, pte(base.l1, RW)},
		{base.l1, pte(base.l2, RW)},
		{base.l1, pte(base.l4, RW)},
		{base.l1, pte_make(mfn_from(FAKE_NR_FRAMES + 5), RO)},
		{base.l1, pte_make(mfn_from((1UL << 40) - 1), RO)},
		{base.l1, pte_make(mfn_from(0xfd000), RW)},
		{base.l1, pte(base.data[0], RO | PTE_CACHE_DISABLE)},
		{base.l2, pte(foreign, TABLE)},
		{base.l2, pte(base.l1, TABLE | PTE_LARGE)},
		{base.l2, pte(base.l1, TABLE | PTE_GLOBAL)},
		{base.l2, pte(base.l1, TABLE | PTE_CACHE_DISABLE)},
		{base.l2, pte(base.l2, TABLE)},
		{base.l2, pte(base.l2, RO)},
		{base.l2, pte(base.l3, TABLE)},
		{base.l2, pte(base.data[0], TABLE)},
		{base.l3, pte(base.l1, TABLE)},
		{base.l3, pte(base.l3, RO)},
		{base.l3, pte(base.data[0], TABLE | PTE_LARGE)},
		{base.l4, pte(base.l4, TABLE)},
		{base.l4, pte(base.l2, TABLE)},
		{base.l4, pte_make(mfn_from(0), TABLE)},
	};
	snapshot_take();
	tree = base;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t *entry = &entries_of(rows[i].table)[511];

		*entry = rows[i].value;
		if (pin_l4() == 0)
			fail_msg("row %u was accepted", i);
		assert_int_equal(snapshot_differences(), 0);
		*entry = 0;
		nr++;
	}
	assert_int_equal(nr, ARRAY_SIZE(rows));
	assert_int_equal(pin_l4(), 0);
}

static void flags_become_what_ring_3_needs(void **state)
{
	uint64_t *l1;

	tree_build(&tree, guest, 2);
	l1 = entries_of(tree.l1);
	l1[0] |= PTE_GLOBAL | PTE_NO_EXECUTE | PTE_AVAILABLE;
	l1[5] = 0x123456789abcdef0;
	assert_int_equal(pin_l4(), 0);
	assert_int_equal(l1[0], pte(tree.data[0], RW | PTE_USER | PTE_NO_EXECUTE | PTE_AVAILABLE));
	assert_int_equal(l1[5], 0x123456789abcdef0);
	assert_true(entries_of(tree.l4)[0] & PTE_USER);
	assert_true(entries_of(tree.l2)[0] & PTE_USER);
}

static void preemption_at_each_point_changes_nothing(void **state)
{
	unsigned int rounds;

	tree_build(&tree, guest, 3);
	for (unsigned int i = 1; i < 6; i++) {
		struct page *l1 = data_page(), *l2 = data_page(), *l3 = data_page();

		entries_of(l1)[i] = pte(tree.data[0], RW);
		entries_of(l2)[i] = pte(l1, TABLE);
		entries_of(l2)[i + 1] = pte(l1, TABLE);
		entries_of(l3)[i] = pte(l2, TABLE);
		entries_of(tree.l3)[i] = pte(l2, TABLE);
		entries_of(tree.l4)[i] = pte(l3, TABLE);
	}
	snapshot_take();
	preempt_always(true);
	assert_int_equal(extended_whole(MMUEXT_PIN_L4_TABLE, page_to_mfn(tree.l4).n, &rounds), 0);
	assert_true(rounds > 15);
	preempt_always(false);
	assert_int_equal(COUNT(tree.l4), 2);
	assert_int_equal(TYPE_COUNT(tree.data[0]), 6);
	preempt_always(true);
	assert_int_equal(extended_whole(MMUEXT_UNPIN_TABLE, page_to_mfn(tree.l4).n, &rounds), 0);
	assert_true(rounds > 15);
	preempt_always(false);
	assert_int_equal(snapshot_differences(), 0);
}

static void preempted_refusal_gives_all_back(void **state)
{
	unsigned int rounds;

	tree_build(&tree, guest, 3);
	for (unsigned int i = 1; i < 5; i++) {
		struct page *l3 = data_page(), *l2 = data_page();

		entries_of(l3)[i] = pte(l2, TABLE);
		entries_of(tree.l4)[i] = pte(l3, TABLE);
	}
	entries_of(tree.l4)[300] = pte(tree.data[0], TABLE);
	snapshot_take();
	preempt_always(true);
	assert_int_equal(extended_whole(MMUEXT_PIN_L4_TABLE, page_to_mfn(tree.l4).n, &rounds),
			 -EINVAL);
	preempt_always(false);
	assert_int_equal(snapshot_differences(), 0);
}

static void an_l4_may_name_itself_read_only(void **state)
{
	tree_build(&tree, guest, 1);
	entries_of(tree.l4)[300] = pte(tree.l4, RO);
	snapshot_take();
	assert_int_equal(pin_l4(), 0);
	assert_int_equal(COUNT(tree.l4), 2);
	assert_int_equal(update(tree.l4, 300, pte(tree.l4, TABLE)), -EINVAL);
	assert_int_equal(update(tree.l4, 300, pte(tree.l4, RO | PTE_NO_EXECUTE)), 0);
	assert_int_equal(unpin_l4(), 0);
	entries_of(tree.l4)[300] = pte(tree.l4, RO);
	assert_int_equal(snapshot_differences(), 0);
}

static void linear_tables_make_no_chains(void **state)
{
	struct page *a = data_page(), *b = data_page(), *c = data_page();
	struct page *l3 = data_page();
	uint64_t pin = MMUEXT_PIN_L4_TABLE;

	assert_int_equal(extended(MMUEXT_PIN_L3_TABLE, page_to_mfn(l3).n, 0), 0);
	snapshot_take();
	/* b is not validated yet, nor can it be an L3. */
	entries_of(b)[0] = pte(l3, TABLE);
	entries_of(a)[1] = pte(b, RO);
	assert_int_equal(extended(pin, page_to_mfn(a).n, 0), -EINVAL);
	assert_int_equal(extended(pin, page_to_mfn(b).n, 0), 0);
	assert_int_equal(extended(pin, page_to_mfn(c).n, 0), 0);
	assert_int_equal(extended(pin, page_to_mfn(a).n, 0), 0);
	assert_int_equal(TYPE_COUNT(b), 2);
	/* Neither a further step nor a way back. */
	assert_int_equal(update(b, 1, pte(c, RO)), -EINVAL);
	assert_int_equal(update(b, 1, pte(a, RO)), -EINVAL);
	assert_int_equal(update(c, 1, pte(a, RO)), -EINVAL);
	assert_int_equal(update(c, 1, pte(b, TABLE)), -EINVAL);
	assert_int_equal(update(c, 1, pte(b, RO)), 0);
	/* The use keeps b valid when its pin goes. */
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, page_to_mfn(b).n, 0), 0);
	assert_true(b->type_info & PAGE_TYPE_VALIDATED);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, page_to_mfn(a).n, 0), 0);
	assert_int_equal(update(c, 1, 0), 0);
	assert_int_equal(TYPE_COUNT(b), 0);
	/* With its entry gone, c may be named. */
	assert_int_equal(extended(pin, page_to_mfn(b).n, 0), 0);
	assert_int_equal(update(b, 1, pte(c, RO)), 0);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, page_to_mfn(b).n, 0), 0);
	assert_int_equal(extended(MMUEXT_UNPIN_TABLE, page_to_mfn(c).n, 0), 0);
	assert_int_equal(snapshot_differences(), 0);
}

static void stale_writers_are_flushed_before_a_table_is(void **state)
{
	struct tree running;
	struct page *table = data_page();

	/* CPU 1 runs the guest's other vcpu, so it may hold a writable translation. */
	tree_build(&running, guest, 2);
	tree_run(&running, guest);
	fake_cpu_enter(1);
	fake_current_set(guest->vcpu[1]);
	fake_interrupts_set(false);
	tlb_switch_root(guest->vcpu[1], mfn_to_paddr(page_to_mfn(running.l4)).a);
	fake_interrupts_set(true);
	fake_cpu_enter(0);
	assert_int_equal(update(running.l1, 9, pte(table, RW)), 0);
	assert_int_equal(update(running.l1, 9, pte(table, RO)), 0);
	nr_sent = 0;
	assert_int_equal(extended(MMUEXT_PIN_L1_TABLE, page_to_mfn(table).n, 0), 0);
	assert_int_equal(nr_sent, 1);
	/* Once flushed, the next table whose writers went before that needs none. */
	table = data_page();
	assert_int_equal(update(running.l1, 9, pte(table, RW)), 0);
	assert_int_equal(update(running.l1, 9, 0), 0);
	assert_int_equal(extended(MMUEXT_TLB_FLUSH_ALL, 0, 0), 0);
	nr_sent = 0;
	assert_int_equal(extended(MMUEXT_PIN_L1_TABLE, page_to_mfn(table).n, 0), 0);
	assert_int_equal(nr_sent, 0);
}

int validate_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_tree_is_pinned_and_given_back),
		TEST(our_slots_are_filled_and_cleared),
		TEST(bad_entries_are_refused),
		TEST(flags_become_what_ring_3_needs),
		TEST(preemption_at_each_point_changes_nothing),
		TEST(preempted_refusal_gives_all_back),
		TEST(an_l4_may_name_itself_read_only),
		TEST(linear_tables_make_no_chains),
		TEST(stale_writers_are_flushed_before_a_table_is),
	};

	return cmocka_run_group_tests_name("validate", tests, NULL, NULL);
}
