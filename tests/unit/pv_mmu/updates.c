/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mmu_update and update_va_mapping: what entries hold after each change, who may change what. */
#include "hv/heap.h"
#include "tests.h"

static struct tree tree;

static void start(unsigned int nr)
{
	tree_build(&tree, guest, nr);
	tree_run(&tree, guest);
}

static void soft_bits_move_no_reference(void **state)
{
	uint64_t value;

	start(1);
	value = entries_of(tree.l1)[0];
	snapshot_take();
	assert_int_equal(update(tree.l1, 0, value ^ PTE_NO_EXECUTE ^ PTE_DIRTY ^ PTE_AVAILABLE), 0);
	assert_int_equal(entries_of(tree.l1)[0],
			 value ^ PTE_NO_EXECUTE ^ PTE_DIRTY ^ PTE_AVAILABLE);
	assert_int_equal(snapshot_differences(), 0);
	assert_int_equal(hypercall_update_va_mapping(tree_address(0), value, UVMF_INVLPG), 0);
	assert_int_equal(entries_of(tree.l1)[0], value);
	assert_int_equal(snapshot_differences(), 0);
}

static void the_writable_bit_moves_one_use(void **state)
{
	start(1);
	snapshot_take();
	assert_int_equal(update(tree.l1, 0, pte(tree.data[0], RO)), 0);
	assert_int_equal(COUNT(tree.data[0]), 2);
	assert_int_equal(TYPE_COUNT(tree.data[0]), 0);
	assert_int_equal(update(tree.l1, 0, pte(tree.data[0], RW)), 0);
	assert_int_equal(snapshot_differences(), 0);
	/* Once a table, it may not become writable. */
	assert_int_equal(update(tree.l1, 0, pte(tree.data[0], RO)), 0);
	assert_int_equal(extended(MMUEXT_PIN_L1_TABLE, page_to_mfn(tree.data[0]).n, 0), 0);
	assert_int_equal(update(tree.l1, 0, pte(tree.data[0], RW)), -EBUSY);
	assert_int_equal(hypercall_update_va_mapping(tree_address(0), pte(tree.data[0], RW), 0),
			 -EBUSY);
}

static void replaced_and_cleared_entries_give_back(void **state)
{
	struct page *page;

	start(2);
	page = data_page();
	assert_int_equal(update(tree.l1, 0, pte(page, RW)), 0);
	assert_int_equal(COUNT(tree.data[0]), 1);
	assert_int_equal(TYPE_COUNT(tree.data[0]), 0);
	assert_int_equal(COUNT(page), 2);
	assert_int_equal(update(tree.l1, 0, 0x1234000), 0);
	assert_int_equal(COUNT(page), 1);
	assert_int_equal(update(tree.l1, 0, pte(page, RO)), 0);
	assert_int_equal(COUNT(page), 2);
	assert_int_equal(TYPE_COUNT(page), 0);
}

static void refused_entries_leave_the_old_one(void **state)
{
	struct page *foreign = data_page_of(other);
	uint64_t old;

	start(1);
	old = entries_of(tree.l1)[0];
	snapshot_take();
	assert_int_equal(update(tree.l1, 0, pte(foreign, RO)), -EBUSY);
	assert_int_equal(update(tree.l1, 0, pte(tree.l2, RW)), -EBUSY);
	assert_int_equal(update(tree.l2, 0, pte(tree.data[0], TABLE)), -EINVAL);
	assert_int_equal(update_as(tree.l1, 0, old, 4, DOMID_SELF), -ENOSYS);
	assert_int_equal(update(foreign, 0, 0), -EINVAL);
	assert_int_equal(update_as(tree.l1, 0, pte(foreign, RO), 0, 2), -EPERM);
	assert_int_equal(update_as(tree.l1, 0, pte(foreign, RO), 0, 1), -ESRCH);
	assert_int_equal(update_as(tree.l1, 0, pte_make(mfn_from(0xfd000), RO), 0, DOMID_IO),
			 -EPERM);
	assert_int_equal(entries_of(tree.l1)[0], old);
	assert_int_equal(snapshot_differences(), 0);
}

static void preserved_bits_survive(void **state)
{
	start(1);
	assert_int_equal(update_as(tree.l1, 0, pte(tree.data[0], PTE_PRESENT),
				   MMU_PT_UPDATE_PRESERVE_AD, DOMID_SELF),
			 0);
	assert_int_equal(entries_of(tree.l1)[0],
			 pte(tree.data[0], PTE_PRESENT | PTE_USER | PTE_ACCESSED | PTE_DIRTY));
	assert_int_equal(TYPE_COUNT(tree.data[0]), 0);
}

static void upper_entries_hold_their_tables(void **state)
{
	struct page *l1, *l2;

	start(2);
	l1 = data_page();
	l2 = data_page();
	snapshot_take();
	entries_of(l2)[3] = pte(l1, TABLE);
	assert_int_equal(update(tree.l3, 7, pte(l2, TABLE)), 0);
	assert_int_equal(TYPE_COUNT(l1), 1);
	assert_int_equal(update(tree.l3, 8, pte(l2, TABLE)), 0);
	assert_int_equal(TYPE_COUNT(l2), 2);
	assert_int_equal(TYPE_COUNT(l1), 1);
	assert_int_equal(update(tree.l3, 7, pte(l2, TABLE | PTE_NO_EXECUTE)), 0);
	assert_int_equal(TYPE_COUNT(l2), 2);
	assert_int_equal(update(tree.l3, 7, 0), 0);
	assert_int_equal(update(tree.l3, 8, 0), 0);
	assert_int_equal(snapshot_differences(), 0);
}

static void batches_count_what_was_done(void **state)
{
	struct xen_mmu_update requests[80];
	uint32_t done = 99;

	start(80);
	for (unsigned int i = 0; i < 80; i++) {
		requests[i].ptr = address_of_entry(i % 7 == 3 ? tree.l2 : tree.l1,
						   i % 7 == 3 ? 200 + i : i);
		requests[i].val = i % 7 == 3 ? 0 : pte(tree.data[i], RO);
	}
	assert_int_equal(hypercall_mmu_update((uint64_t)requests, 80, (uint64_t)&done, DOMID_SELF),
			 0);
	assert_int_equal(done, 80);
	requests[41].val = pte(tree.l4, RW);
	requests[41].ptr = address_of_entry(tree.l1, 41);
	assert_int_equal(hypercall_mmu_update((uint64_t)requests, 80, (uint64_t)&done, DOMID_SELF),
			 -EBUSY);
	assert_int_equal(done, 41);
	fake_guest_fault(&requests[33], 16);
	assert_int_equal(hypercall_mmu_update((uint64_t)requests, 80, (uint64_t)&done, DOMID_SELF),
			 -EFAULT);
	assert_int_equal(done, 33);
	fake_guest_fault(NULL, 0);
	/* No lock is left behind. */
	assert_int_equal(update(tree.l1, 41, 0), 0);
}

static void batches_continue_where_they_stopped(void **state)
{
	struct xen_mmu_update requests[70];
	uint32_t done = 0;
	const uint64_t *a = fake_rewind.arguments;
	unsigned int rounds = 1;
	int64_t rc;

	start(70);
	for (unsigned int i = 0; i < 70; i++) {
		requests[i].ptr = address_of_entry(tree.l1, i);
		requests[i].val = 0;
	}
	preempt_always(true);
	rc = hypercall_mmu_update((uint64_t)requests, 70, (uint64_t)&done, DOMID_SELF);
	for (; rc == -ERESTART; rounds++)
		rc = hypercall_mmu_update(a[0], a[1], a[2], a[3]);
	assert_int_equal(rc, 0);
	assert_int_equal(done, 70);
	assert_int_equal(rounds, 3);
}

static void plain_pages_are_written_as_data(void **state)
{
	struct page *page;

	start(1);
	page = data_page();
	assert_int_equal(update(page, 5, 0xdeadbeef), 0);
	assert_int_equal(entries_of(page)[5], 0xdeadbeef);
	assert_int_equal(TYPE_COUNT(page), 0);
	assert_int_equal(update_as(page, 0, 4711, MMU_MACHPHYS_UPDATE, DOMID_SELF), 0);
	assert_int_equal(m2p_get(page_to_mfn(page)), 4711);
	assert_int_equal(update_as(data_page_of(other), 0, 1, MMU_MACHPHYS_UPDATE, DOMID_SELF),
			 -EINVAL);
}

static void addresses_without_tables_are_refused(void **state)
{
	start(1);
	assert_int_equal(hypercall_update_va_mapping(1UL << 39, 0, 0), -EINVAL);
	assert_int_equal(hypercall_update_va_mapping(1UL << 21, 0, 0), -EINVAL);
	assert_int_equal(hypercall_update_va_mapping(HV_VIRT_START, 0, 0), -EINVAL);
	assert_int_equal(hypercall_update_va_mapping(HV_VIRT_END - 8, 0, 0), -EINVAL);
	assert_int_equal(hypercall_update_va_mapping(1UL << 47, 0, 0), -EINVAL);
	assert_int_equal(hypercall_update_va_mapping(tree_address(511), 0, 0), 0);
}

static void dom0_maps_what_it_may(void **state)
{
	struct page *foreign = data_page();
	uint64_t io = pte_make(mfn_from(0xfd123), RW | PTE_CACHE_DISABLE);

	run_as(dom0);
	tree_build(&tree, dom0, 1);
	tree_run(&tree, dom0);
	snapshot_take();
	assert_int_equal(update_as(tree.l1, 1, pte(foreign, RW), 0, 1), 0);
	assert_int_equal(COUNT(foreign), 2);
	assert_true(foreign->count_info & PAGE_FOREIGN);
	/* Its right to that frame is looked at anew. */
	assert_int_equal(update_as(tree.l1, 1, pte(foreign, RO), 0, DOMID_SELF), 0);
	assert_int_equal(update_as(tree.l1, 1, pte(foreign, RW), 0, DOMID_SELF), -EBUSY);
	assert_int_equal(update(tree.l1, 1, 0), 0);
	assert_int_equal(
		hypercall_update_va_mapping_otherdomain(tree_address(2), pte(foreign, RO), 0, 1),
		0);
	assert_int_equal(update(tree.l1, 2, 0), 0);
	assert_int_equal(update(tree.l1, 3, io), 0);
	assert_int_equal(update_as(tree.l1, 3, io, 0, DOMID_IO), 0);
	assert_int_equal(update(tree.l1, 3, pte_make(mfn_from(0xfc000), RW)), -EPERM);
	assert_int_equal(update(tree.l1, 3, 0), 0);
	assert_int_equal(update_as(tree.l1, 3, pte(tree.data[0], RO), 0, DOMID_IO), -EBUSY);
	assert_int_equal(update_as(tree.l1, 3, pte(foreign, RO), 0, 77), -ESRCH);
	assert_int_equal(snapshot_differences(), 0);
}

static void dom0_writes_tables_of_others(void **state)
{
	uint64_t foreign = 1 | (1 + 1) << 16;

	start(1);
	run_as(dom0);
	assert_int_equal(update_as(tree.l1, 0, 0, 0, foreign), 0);
	assert_int_equal(COUNT(tree.data[0]), 1);
	assert_int_equal(update_as(tree.l2, 0, 0, 0, foreign), 0);
	run_as(other);
	assert_int_equal(update_as(tree.l2, 0, 0, 0, foreign), -EPERM);
}

static void frames_set_free_while_mapped_stay(void **state)
{
	start(1);
	page_put_allocated(tree.data[0]);
	assert_int_equal(COUNT(tree.data[0]), 1);
	assert_ptr_equal(page_owner(tree.data[0]), guest);
	assert_int_equal(update(tree.l1, 0, 0), 0);
	assert_null(page_owner(tree.data[0]));
}

int update_tests(void)
{
	const struct CMUnitTest tests[] = {
		TEST(soft_bits_move_no_reference),
		TEST(the_writable_bit_moves_one_use),
		TEST(replaced_and_cleared_entries_give_back),
		TEST(refused_entries_leave_the_old_one),
		TEST(preserved_bits_survive),
		TEST(upper_entries_hold_their_tables),
		TEST(batches_count_what_was_done),
		TEST(batches_continue_where_they_stopped),
		TEST(plain_pages_are_written_as_data),
		TEST(addresses_without_tables_are_refused),
		TEST(dom0_maps_what_it_may),
		TEST(dom0_writes_tables_of_others),
		TEST(frames_set_free_while_mapped_stay),
	};

	return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}
