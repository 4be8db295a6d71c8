/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose pages are: charged to a domain, promised to it, shared with it, a module's; one heap serves all tests. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake.h"
#include "hv/errno.h"
#include "hv/heap.h"

/* Frames from 1 on; above the end come those of modules. */
#define END_FRAME 6144UL

static struct domain *guest;

static int group_setup(void **state)
{
	fake_machine_start();
	for (uint64_t n = 0; n < FAKE_NR_FRAMES; n++)
		mfn_to_page(mfn_from(n))->count_info = PAGE_HYPERVISOR | 1;
	heap_add_range(mfn_from(1), END_FRAME - 1, 0);
	guest = fake_domain_create(1, 1);
	return 0;
}

static void charging_keeps_the_limit(void **state)
{
	unsigned int references = guest->references;
	struct page *pages[2], *page;

	guest->max_pages = 5;
	pages[0] = heap_alloc_domain(guest, 2, HEAP_FLAG_DEFAULT);
	assert_non_null(pages[0]);
	assert_int_equal(guest->tot_pages, 4);
	assert_int_equal(guest->page_list.nr_pages, 4);
	assert_int_equal(guest->references, references + 1);
	assert_null(heap_alloc_domain(guest, 1, HEAP_FLAG_DEFAULT));
	page = heap_alloc_unowned(1, HEAP_FLAG_DEFAULT);
	assert_int_equal(heap_assign_pages(guest, page, 1, 0), -E2BIG);
	assert_int_equal(heap_assign_pages(guest, page, 1, HEAP_FLAG_NO_CHARGE), 0);
	assert_int_equal(guest->tot_pages, 4);
	assert_ptr_equal(page_owner(page), guest);
	pages[1] = heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT);
	assert_int_equal(guest->tot_pages, 5);
	guest->state = DOMAIN_DYING;
	guest->max_pages = UINT32_MAX;
	assert_null(heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT));
	guest->state = DOMAIN_ALIVE;
	/* A reference of someone else's keeps the page charged. */
	assert_true(page_get(pages[1], guest));
	page_put_allocated(pages[1]);
	page_put_allocated(pages[1]);
	assert_int_equal(guest->tot_pages, 5);
	page_put(pages[1]);
	for (unsigned int i = 0; i < 4; i++)
		page_put_allocated(&pages[0][i]);
	assert_int_equal(guest->tot_pages, 0);
	assert_int_equal(guest->page_list.nr_pages, 0);
	assert_int_equal(guest->references, references);
	page_put_allocated(&page[0]);
	page_put_allocated(&page[1]);
	assert_int_equal(guest->references, references);
	page = heap_alloc_unowned(3, HEAP_FLAG_NO_SCRUB | HEAP_FLAG_DEFAULT);
	heap_free_unowned(page, 3);
}

static uint64_t release_all(void)
{
	uint64_t left = guest->page_list.nr_pages, steps = 0;

	while (left) {
		uint64_t seen = heap_release_domain_pages(guest, left);

		assert_in_range(seen, 1, left);
		left -= seen;
		steps++;
	}
	return steps;
}

static void a_dying_guests_pages_go_by_runs(void **state)
{
	uint64_t before = heap_nr_free_pages();
	uint32_t references = guest->references;
	struct page *page, *kept;

	guest->max_pages = UINT32_MAX;
	/* Of orders up and down, so that runs begin and end within a step. */
	for (unsigned int i = 0; i < 40; i++)
		assert_non_null(heap_alloc_domain(guest, i % 8, HEAP_FLAG_DEFAULT));
	page = heap_alloc_domain(guest, 8, HEAP_FLAG_DEFAULT);
	kept = &page[100];
	assert_int_equal(page_get_and_type(kept, guest, PAGE_TYPE_WRITABLE), 0);
	m2p_set(page_to_mfn(page), 7);
	assert_in_range(release_all(), 11, 60);
	assert_int_equal(guest->tot_pages, 1);
	assert_int_equal(guest->page_list.nr_pages, 1);
	assert_ptr_equal(page_list_first(&guest->page_list), kept);
	assert_int_equal(kept->count_info, 1);
	assert_int_equal(heap_nr_free_pages(), before - 1);
	assert_int_equal(guest->references, references + 1);
	assert_true(m2p_get(page_to_mfn(page)) == INVALID_FRAME);
	assert_false(page_get(page, guest));
	/* Who holds it may hold it twice, and it is seen again and left alone. */
	assert_true(page_get(kept, guest));
	assert_int_equal(release_all(), 1);
	page_put(kept);
	page_put_and_type(kept);
	assert_int_equal(heap_nr_free_pages(), before);
	assert_int_equal(guest->references, references);
	assert_int_equal(heap_release_domain_pages(guest, 5), 0);
	/* Whole again, and wiped before anybody gets them. */
	page = heap_alloc_domain(guest, 8, HEAP_FLAG_DEFAULT);
	assert_non_null(page);
	release_all();
}

static void claims_keep_others_off(void **state)
{
	uint64_t all = heap_nr_free_pages();
	struct domain *other = fake_domain_create(2, 1);
	struct page *page;

	while (heap_scrub_step())
		;
	guest->max_pages = UINT32_MAX;
	all = heap_nr_free_pages();
	assert_int_equal(heap_set_claim(guest, all + 1), -ENOMEM);
	assert_int_equal(heap_set_claim(guest, all), 0);
	assert_int_equal(heap_set_claim(guest, 4), -EINVAL);
	assert_null(heap_alloc(0, HEAP_FLAG_DEFAULT));
	assert_null(heap_alloc_domain(other, 0, HEAP_FLAG_DEFAULT));
	page = heap_alloc_domain(guest, 4, HEAP_FLAG_DEFAULT);
	assert_non_null(page);
	assert_int_equal(guest->outstanding_pages, all - 16);
	assert_int_equal(heap_nr_claimed_pages(), all - 16);
	assert_int_equal(heap_set_claim(guest, 0), 0);
	assert_int_equal(heap_nr_claimed_pages(), 0);
	for (unsigned int i = 0; i < 16; i++)
		page_put_allocated(&page[i]);
}

static void shared_pages_come_back_when_the_guest_is_done(void **state)
{
	void *address = heap_alloc(0, HEAP_FLAG_DEFAULT);
	struct page *page = virt_to_page(address);

	heap_share_with(address, guest, false);
	assert_int_equal(page_get_and_type(page, guest, PAGE_TYPE_WRITABLE), -EINVAL);
	assert_true(page_get(page, guest));
	assert_false(heap_unshare(address));
	page_put(page);
	assert_true(heap_unshare(address));
	assert_false(page_get(page, guest));
	heap_share_with(address, guest, true);
	assert_int_equal(page_get_and_type(page, guest, PAGE_TYPE_WRITABLE), 0);
	page_put_and_type(page);
	assert_true(heap_unshare(address));
	assert_int_equal(guest->shared_list.nr_pages, 0);
	heap_free(address, 0);
}

static void a_shared_page_of_the_dying_goes_with_its_last_mapping(void **state)
{
	void *address = heap_alloc(0, HEAP_FLAG_DEFAULT);
	struct page *page = virt_to_page(address);
	uint32_t references = guest->references;

	heap_share_with(address, guest, true);
	assert_int_equal(page_get_and_type(page, guest, PAGE_TYPE_WRITABLE), 0);
	assert_true(domain_get(guest));
	heap_unshare_when_unused(address);
	assert_int_equal(guest->references, references + 1);
	/* Others may still map it meanwhile. */
	assert_true(page_get(page, guest));
	page_put(page);
	page_put_and_type(page);
	assert_int_equal(guest->references, references);
	assert_false(page_get(page, guest));
	assert_int_equal(guest->shared_list.nr_pages, 0);
	assert_int_equal(page->count_info, PAGE_HYPERVISOR | 1);
	heap_free(address, 0);
}

static void a_stray_reference_frees_the_hypervisors_page_later(void **state)
{
	uint64_t before = heap_nr_free_pages();
	void *address = heap_alloc(1, HEAP_FLAG_DEFAULT);
	struct page *page = virt_to_page(address);

	/* What page_get() of another CPU does for an instant, before it sees that the owner is another. */
	page_get_known(&page[1]);
	heap_free(address, 1);
	assert_int_equal(heap_nr_free_pages(), before - 1);
	page_put(&page[1]);
	assert_int_equal(heap_nr_free_pages(), before);
}

static void module_frames_are_adopted_or_donated(void **state)
{
	uint64_t before = heap_nr_free_pages(), total = heap_nr_total_pages();
	struct page *page = mfn_to_page(mfn_from(END_FRAME + 8));

	heap_adopt_reserved(page_to_mfn(page), 8);
	assert_int_equal(heap_nr_total_pages(), total + 8);
	assert_int_equal(heap_assign_pages(guest, page, 3, 0), 0);
	assert_true(page_get(page, guest));
	page_put(page);
	for (unsigned int i = 0; i < 8; i++)
		page_put_allocated(&page[i]);
	assert_int_equal(heap_nr_free_pages(), before + 8);
	heap_add_range(mfn_from(END_FRAME + 16), 5, 0);
	assert_int_equal(heap_nr_free_pages(), before + 13);
	assert_int_equal(heap_nr_total_pages(), total + 13);
}

static void broken_frees_stop_the_machine(void **state)
{
	void *address = heap_alloc(0, HEAP_FLAG_DEFAULT);

	heap_free(NULL, 0);
	heap_free(address, 0);
	assert_true(FAKE_PANICS(heap_free(address, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(charging_keeps_the_limit),
		cmocka_unit_test(a_dying_guests_pages_go_by_runs),
		cmocka_unit_test(claims_keep_others_off),
		cmocka_unit_test(shared_pages_come_back_when_the_guest_is_done),
		cmocka_unit_test(a_shared_page_of_the_dying_goes_with_its_last_mapping),
		cmocka_unit_test(a_stray_reference_frees_the_hypervisors_page_later),
		cmocka_unit_test(module_frames_are_adopted_or_donated),
		cmocka_unit_test(broken_frees_stop_the_machine),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
