/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames that go off: free ones at once, used ones when they are freed; nobody gets them until they are on again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fake.h"
#include "hv/errno.h"
#include "hv/heap.h"

#define END_FRAME 6144UL
/* Those behind have a user: the domain. */
#define LOW_FRAMES 4000UL
#define NR_MARKS 1024

static struct domain *guest;

static int group_setup(void **state)
{
	fake_machine_start();
	for (uint64_t n = 0; n < FAKE_NR_FRAMES; n++)
		mfn_to_page(mfn_from(n))->count_info = PAGE_HYPERVISOR | 1;
	heap_add_range(mfn_from(1), END_FRAME - 1, 0);
	guest = fake_domain_create(1, 1);
	guest->max_pages = UINT32_MAX;
	return 0;
}

static struct page *frame(uint64_t n)
{
	return mfn_to_page(mfn_from(n));
}

/* Takes all there is, looks for the frames from first on, and gives it back. */
static unsigned int nr_handed_out(uint64_t first, uint64_t nr)
{
	static void *pages[END_FRAME];
	unsigned int nr_pages = 0, found = 0;

	while ((pages[nr_pages] = heap_alloc(0, HEAP_FLAG_DEFAULT)) != NULL) {
		uint64_t n = virt_to_mfn(pages[nr_pages++]).n;

		found += n - first < nr;
	}
	assert_int_equal(heap_nr_free_pages(), 0);
	while (nr_pages)
		heap_free(pages[--nr_pages], 0);
	return found;
}

static void free_frames_go_off_at_once(void **state)
{
	uint64_t before = heap_nr_free_pages();

	for (uint64_t n = 2048; n < 2048 + 64; n += 3)
		assert_int_equal(heap_offline_page(frame(n)), HEAP_OFF);
	assert_int_equal(heap_nr_free_pages(), before - 22);
	assert_int_equal(heap_nr_free_pages_node(0), before - 22);
	assert_int_equal(nr_handed_out(2048, 64), 42);
	for (uint64_t n = 2048; n < 2048 + 64; n++) {
		assert_int_equal(heap_page_mark(frame(n)), (n - 2048) % 3 ? HEAP_ON : HEAP_OFF);
		assert_false(page_get(frame(n), guest));
		assert_int_equal(heap_online_page(frame(n)), (n - 2048) % 3 == 0);
	}
	assert_int_equal(heap_nr_free_pages(), before);
	assert_int_equal(nr_handed_out(2048, 64), 64);
}

static void used_ones_go_when_they_are_freed(void **state)
{
	uint64_t before = heap_nr_free_pages();
	struct page *page = heap_alloc_domain(guest, 4, HEAP_FLAG_DEFAULT);
	void *own = heap_alloc(3, HEAP_FLAG_DEFAULT);

	assert_int_equal(heap_offline_page(&page[5]), HEAP_PENDING);
	assert_int_equal(heap_offline_page(&page[5]), HEAP_PENDING);
	assert_int_equal(heap_offline_page(virt_to_page(own) + 7), HEAP_PENDING);
	assert_int_equal(heap_nr_free_pages(), before - 24);
	/* It stays what it is. */
	assert_true(page_get(&page[5], guest));
	page_put(&page[5]);
	for (unsigned int i = 0; i < 16; i++)
		page_put_allocated(&page[i]);
	heap_free(own, 3);
	assert_int_equal(heap_page_mark(&page[5]), HEAP_OFF);
	assert_int_equal(heap_page_mark(virt_to_page(own) + 7), HEAP_OFF);
	assert_int_equal(heap_nr_free_pages(), before - 2);
	assert_int_equal(nr_handed_out(page_to_mfn(&page[5]).n, 1), 0);
	assert_true(heap_online_page(&page[5]));
	assert_true(heap_online_page(virt_to_page(own) + 7));
	assert_int_equal(heap_nr_free_pages(), before);
}

static void a_mark_is_taken_back(void **state)
{
	uint64_t before = heap_nr_free_pages();
	void *own = heap_alloc(0, HEAP_FLAG_DEFAULT);

	assert_int_equal(heap_offline_page(virt_to_page(own)), HEAP_PENDING);
	assert_true(heap_online_page(virt_to_page(own)));
	assert_int_equal(heap_page_mark(virt_to_page(own)), HEAP_ON);
	heap_free(own, 0);
	assert_int_equal(heap_nr_free_pages(), before);
}

static void a_dying_guests_pages_go_off_too(void **state)
{
	uint64_t before = heap_nr_free_pages();
	struct page *page = heap_alloc_domain(guest, 6, HEAP_FLAG_DEFAULT);

	assert_int_equal(heap_offline_page(&page[33]), HEAP_PENDING);
	guest->state = DOMAIN_DYING;
	while (heap_release_domain_pages(guest, 64))
		;
	guest->state = DOMAIN_ALIVE;
	assert_int_equal(heap_nr_free_pages(), before - 1);
	assert_int_equal(heap_page_mark(&page[33]), HEAP_OFF);
	assert_true(heap_online_page(&page[33]));
}

static void what_is_wiped_goes_off_when_it_is_clean(void **state)
{
	uint64_t before = heap_nr_free_pages();

	while (heap_scrub_step())
		;
	for (uint64_t n = 5000; n < 5000 + 16; n++)
		assert_int_equal(heap_offline_page(frame(n)), HEAP_OFF);
	while (heap_scrub_step())
		;
	assert_int_equal(heap_nr_free_pages(), before - 16);
	for (uint64_t n = 5000; n < 5000 + 16; n++)
		assert_true(heap_online_page(frame(n)));
	assert_int_equal(heap_nr_free_pages(), before);
}

static void the_table_has_an_end(void **state)
{
	uint64_t before = heap_nr_free_pages();

	for (uint64_t n = 0; n < NR_MARKS; n++)
		assert_int_equal(heap_offline_page(frame(4000 - 2 * n)), HEAP_OFF);
	assert_int_equal(heap_offline_page(frame(4001)), -ENOSPC);
	assert_int_equal(heap_offline_page(frame(4000)), HEAP_OFF);
	assert_int_equal(heap_nr_free_pages(), before - NR_MARKS);
	for (uint64_t n = 0; n < NR_MARKS; n++)
		assert_true(heap_online_page(frame(4000 - 2 * n)));
	assert_int_equal(heap_nr_free_pages(), before);
}

/* Against a model of what is off. */
static void random_ones(void **state)
{
	static uint8_t is_off[END_FRAME];
	uint64_t before = heap_nr_free_pages(), nr_off = 0;

	srand(11);
	for (unsigned int i = 0; i < 20000; i++) {
		uint64_t n = 1 + (uint64_t)rand() % LOW_FRAMES;

		if (rand() % 8 == 0 && nr_off < 900) {
			assert_int_equal(heap_offline_page(frame(n)), HEAP_OFF);
			nr_off += !is_off[n];
			is_off[n] = 1;
		} else if (rand() % 2) {
			assert_int_equal(heap_online_page(frame(n)), is_off[n]);
			nr_off -= is_off[n];
			is_off[n] = 0;
		} else {
			unsigned int order = (unsigned int)rand() % 6;
			void *block = heap_alloc(order, HEAP_FLAG_DEFAULT);

			for (uint64_t j = 0; block && j < 1UL << order; j++)
				assert_false(is_off[virt_to_mfn(block).n + j]);
			heap_free(block, order);
		}
		assert_int_equal(heap_nr_free_pages(), before - nr_off);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(free_frames_go_off_at_once),
		cmocka_unit_test(used_ones_go_when_they_are_freed),
		cmocka_unit_test(a_mark_is_taken_back),
		cmocka_unit_test(a_dying_guests_pages_go_off_too),
		cmocka_unit_test(what_is_wiped_goes_off_when_it_is_clean),
		cmocka_unit_test(the_table_has_an_end),
		cmocka_unit_test(random_ones),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
