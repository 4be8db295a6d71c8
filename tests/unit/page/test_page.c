/* SPDX-License-Identifier: GPL-2.0-or-later */
/* References and types of frames: counts, limits, change of type, flushes before it, pre-emption. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hv/errno.h"
#include "hv/heap.h"
#include "neighbours.h"

#define COUNT(p) ((p)->count_info & PAGE_COUNT_MASK)
#define TYPE_COUNT(p) ((p)->type_info & PAGE_TYPE_COUNT_MASK)
#define STAMP(p) (((p)->type_info & PAGE_TYPE_STAMP_MASK) >> PAGE_TYPE_STAMP_SHIFT)

uint64_t tlb_clock = 1;
int validate_answer, invalidate_answer;
unsigned int nr_validations, nr_invalidations, nr_flushes;
void (*flush_hook)(const struct domain *d);

static struct domain *one, *two;
static struct page *watched;
static const struct domain *flushed_domain;
static uint32_t flushed_stamp;

void tlb_flush_stale(const struct domain *d, uint32_t stamp, uint32_t stamp_mask)
{
	nr_flushes++;
	flushed_domain = d;
	flushed_stamp = stamp;
	if (flush_hook)
		flush_hook(d);
}

static int answer_take(int *answer)
{
	int rc = *answer;

	*answer = 0;
	return rc;
}

int arch_page_validate(struct page *page, uint64_t type)
{
	nr_validations++;
	assert_true(page->type_info & PAGE_TYPE_LOCKED);
	return answer_take(&validate_answer);
}

int arch_page_invalidate(struct page *page, uint64_t type)
{
	nr_invalidations++;
	assert_true(page->type_info & PAGE_TYPE_LOCKED);
	assert_true(page->partial & PAGE_PARTIAL_UNDO);
	return answer_take(&invalidate_answer);
}

struct page *page_new(struct domain *d)
{
	struct page *page = heap_alloc_domain(d, 0, HEAP_FLAG_DEFAULT);

	assert_non_null(page);
	return page;
}

static int setup(void **state)
{
	fake_machine_start();
	one = fake_domain_create(1, 1);
	two = fake_domain_create(2, 1);
	tlb_clock = 1;
	validate_answer = invalidate_answer = 0;
	nr_validations = nr_invalidations = nr_flushes = 0;
	flush_hook = NULL;
	return 0;
}

static void only_the_owner_gets_a_reference(void **state)
{
	struct page *page = page_new(one);

	assert_true(page_get(page, one));
	assert_false(page_get(page, two));
	assert_ptr_equal(page_get_owner(page), one);
	assert_int_equal(COUNT(page), 3);
	page_put(page);
	page_put(page);
	assert_int_equal(COUNT(page), 1);
}

static void a_full_count_refuses(void **state)
{
	struct page *page = page_new(one);

	page->count_info |= PAGE_COUNT_MASK;
	assert_false(page_get(page, one));
	assert_null(page_get_owner(page));
	assert_true(FAKE_PANICS(page_get_known(page)));
}

static void the_last_put_frees_with_a_stamp(void **state)
{
	struct page *page = page_new(one);
	uint32_t before = one->tot_pages;

	tlb_clock = 77;
	assert_true(page_get(page, one));
	page_put_allocated(page);
	page_put_allocated(page);
	assert_int_equal(one->tot_pages, before);
	page_put(page);
	assert_int_equal(one->tot_pages, before - 1);
	assert_int_equal(STAMP(page), 77);
	assert_false(page_get(page, one));
	page_flush_before_reuse(page, 0);
	assert_int_equal(nr_flushes, 1);
	assert_null(flushed_domain);
	assert_int_equal(flushed_stamp, 77);
	assert_int_equal(page->type_info, PAGE_TYPE_NONE);
	page_flush_before_reuse(page, 0);
	assert_int_equal(nr_flushes, 1);
}

static void pages_of_one_stamp_are_flushed_once(void **state)
{
	struct page *page = heap_alloc_unowned(2, HEAP_FLAG_DEFAULT);
	unsigned int before = nr_flushes;

	assert_non_null(page);
	for (unsigned int i = 0; i < 4; i++)
		page[i].type_info = PAGE_TYPE_SHARED | (i < 3 ? 77UL : 78UL)
							       << PAGE_TYPE_STAMP_SHIFT;
	page[1].type_info = PAGE_TYPE_NONE;
	page_flush_before_reuse(page, 2);
	assert_int_equal(nr_flushes, before + 2);
	assert_int_equal(flushed_stamp, 78);
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(page[i].type_info, PAGE_TYPE_NONE);
	heap_free_unowned(page, 2);
}

static void a_used_page_cannot_be_freed(void **state)
{
	struct page *page = page_new(one);

	assert_int_equal(page_get_type(page, PAGE_TYPE_WRITABLE), 0);
	assert_true(FAKE_PANICS(page_put(page)));
}

static void types_exclude_each_other(void **state)
{
	struct page *page = page_new(one);

	assert_int_equal(page_get_type(page, PAGE_TYPE_WRITABLE), 0);
	assert_int_equal(page_get_type(page, PAGE_TYPE_WRITABLE), 0);
	assert_int_equal(page_get_type(page, PAGE_TYPE_L1), -EINVAL);
	page_put_type(page);
	assert_int_equal(page_get_type(page, PAGE_TYPE_L1), -EINVAL);
	page_put_type(page);
	assert_int_equal(page_get_type(page, PAGE_TYPE_L1), 0);
	assert_int_equal(page_get_type(page, PAGE_TYPE_WRITABLE), -EINVAL);
	assert_int_equal(page_get_type(page, PAGE_TYPE_L2), -EINVAL);
	assert_int_equal(nr_validations, 1);
	page_put_type(page);
	assert_int_equal(nr_invalidations, 1);
}

static void a_full_type_count_refuses(void **state)
{
	struct page *page = page_new(one);

	assert_int_equal(page_get_type(page, PAGE_TYPE_WRITABLE), 0);
	page->type_info |= PAGE_TYPE_COUNT_MASK;
	assert_int_equal(page_get_type(page, PAGE_TYPE_WRITABLE), -EINVAL);
}

static void shared_pages_of_the_hypervisor_keep_their_type(void **state)
{
	void *writable = heap_alloc(0, 0), *read_only = heap_alloc(0, 0);

	heap_share_with(writable, one, true);
	heap_share_with(read_only, one, false);
	assert_int_equal(page_get_and_type(virt_to_page(writable), one, PAGE_TYPE_WRITABLE), 0);
	assert_int_equal(page_get_and_type(virt_to_page(writable), one, PAGE_TYPE_L1), -EINVAL);
	assert_int_equal(page_get_and_type(virt_to_page(read_only), one, PAGE_TYPE_WRITABLE),
			 -EINVAL);
	assert_true(page_get(virt_to_page(read_only), one));
}

static void word_is_unusable_in_flush(const struct domain *d)
{
	uint64_t x = watched->type_info;

	assert_true(x & PAGE_TYPE_LOCKED);
	assert_false(x & PAGE_TYPE_VALIDATED);
	assert_int_equal(nr_validations, 0);
}

static void a_change_of_type_flushes_before_the_type_is_usable(void **state)
{
	static const struct {
		uint64_t from, to;
		unsigned int flushes;
	} rows[] = {
		{PAGE_TYPE_NONE, PAGE_TYPE_WRITABLE, 0},
		{PAGE_TYPE_NONE, PAGE_TYPE_L1, 0},
		{PAGE_TYPE_WRITABLE, PAGE_TYPE_WRITABLE, 0},
		{PAGE_TYPE_WRITABLE, PAGE_TYPE_L1, 1},
		{PAGE_TYPE_WRITABLE, PAGE_TYPE_DESCRIPTOR, 1},
		{PAGE_TYPE_L1, PAGE_TYPE_L1, 0},
		{PAGE_TYPE_L1, PAGE_TYPE_L2, 1},
		{PAGE_TYPE_L4, PAGE_TYPE_WRITABLE, 1},
		{PAGE_TYPE_DESCRIPTOR, PAGE_TYPE_WRITABLE, 1},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		watched = page_new(one);
		flush_hook = NULL;
		tlb_clock = 100 + i;
		if (rows[i].from) {
			assert_int_equal(page_get_type(watched, rows[i].from), 0);
			page_put_type(watched);
		}
		flush_hook = word_is_unusable_in_flush;
		nr_flushes = nr_validations = 0;
		assert_int_equal(page_get_type(watched, rows[i].to), 0);
		assert_int_equal(nr_flushes, rows[i].flushes);
		if (rows[i].flushes) {
			assert_ptr_equal(flushed_domain, one);
			assert_int_equal(flushed_stamp, 100 + i);
		}
		assert_false(watched->type_info & PAGE_TYPE_LOCKED);
	}
}

static void frames_that_others_mapped_are_flushed_everywhere(void **state)
{
	struct page *page = page_new(one);

	assert_int_equal(page_get_type(page, PAGE_TYPE_WRITABLE), 0);
	page_put_type(page);
	page->count_info |= PAGE_FOREIGN;
	flushed_domain = one;
	assert_int_equal(page_get_type(page, PAGE_TYPE_L1), 0);
	assert_int_equal(nr_flushes, 1);
	assert_null(flushed_domain);
}

static void a_refused_table_is_unused_again(void **state)
{
	struct page *page = page_new(one);

	validate_answer = -EINVAL;
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L3), -EINVAL);
	assert_int_equal(nr_invalidations, 1);
	assert_int_equal(TYPE_COUNT(page), 0);
	assert_int_equal(COUNT(page), 1);
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_WRITABLE), 0);
}

static void preempted_validation_keeps_itself_and_goes_on(void **state)
{
	struct page *page = page_new(one);

	validate_answer = -ERESTART;
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L4), -ERESTART);
	assert_int_equal(COUNT(page), 2);
	assert_int_equal(TYPE_COUNT(page), 1);
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_WRITABLE), -EINVAL);
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L4), 0);
	assert_int_equal(COUNT(page), 2);
	assert_int_equal(TYPE_COUNT(page), 1);
	assert_int_equal(nr_validations, 2);
	page_put_and_type(page);
	assert_int_equal(COUNT(page), 1);
	assert_int_equal(TYPE_COUNT(page), 0);
}

static void preempted_validation_can_be_taken_back(void **state)
{
	struct page *page = page_new(one);

	validate_answer = -ERESTART;
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L2), -ERESTART);
	invalidate_answer = -ERESTART;
	assert_int_equal(page_finish_undo(page), -ERESTART);
	assert_int_equal(page_finish_undo(page), 0);
	assert_int_equal(page_finish_undo(page), 0);
	assert_int_equal(COUNT(page), 1);
	assert_int_equal(TYPE_COUNT(page), 0);
}

static void preempted_refusal_is_still_a_refusal(void **state)
{
	struct page *page = page_new(one);

	validate_answer = -EINVAL;
	invalidate_answer = -ERESTART;
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L2), -ERESTART);
	assert_int_equal(COUNT(page), 2);
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L2), -EINVAL);
	assert_int_equal(COUNT(page), 1);
	assert_int_equal(TYPE_COUNT(page), 0);
}

static void preempted_put_ends_later(void **state)
{
	struct page *page = page_new(one);

	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L3), 0);
	invalidate_answer = -ERESTART;
	assert_int_equal(page_put_type_preemptible(page), -ERESTART);
	page_put(page);
	assert_int_equal(COUNT(page), 2);
	/* Who wants it as the same type finishes the undo, then validates anew. */
	assert_int_equal(page_get_and_type(page, one, PAGE_TYPE_L3), 0);
	assert_int_equal(nr_invalidations, 2);
	assert_int_equal(nr_validations, 2);
	assert_int_equal(COUNT(page), 2);
	invalidate_answer = -ERESTART;
	page_put_and_type(page);
	assert_int_equal(nr_invalidations, 4);
	assert_int_equal(COUNT(page), 1);
}

static void lists_keep_their_order(void **state)
{
	struct page *p[3] = {page_new(one), page_new(one), page_new(one)};
	struct page_list list;

	page_list_init(&list);
	assert_null(page_list_first(&list));
	page_list_add(&list, p[1]);
	page_list_add(&list, p[0]);
	page_list_add_tail(&list, p[2]);
	assert_ptr_equal(page_list_first(&list), p[0]);
	assert_ptr_equal(page_list_next(&list, p[0]), p[1]);
	assert_ptr_equal(page_list_next(&list, p[1]), p[2]);
	assert_null(page_list_next(&list, p[2]));
	page_list_remove(&list, p[1]);
	assert_ptr_equal(page_list_next(&list, p[0]), p[2]);
	page_list_remove(&list, p[0]);
	page_list_remove(&list, p[2]);
	assert_null(page_list_first(&list));
	assert_int_equal(list.nr_pages, 0);
}

static void racing_references_lose_none(void **state)
{
	assert_int_equal(threads_race_for_references(), 0);
}

static void racing_types_never_mix(void **state)
{
	assert_int_equal(threads_race_for_types(), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_the_owner_gets_a_reference),
		TEST(a_full_count_refuses),
		TEST(the_last_put_frees_with_a_stamp),
		TEST(pages_of_one_stamp_are_flushed_once),
		TEST(a_used_page_cannot_be_freed),
		TEST(types_exclude_each_other),
		TEST(a_full_type_count_refuses),
		TEST(shared_pages_of_the_hypervisor_keep_their_type),
		TEST(a_change_of_type_flushes_before_the_type_is_usable),
		TEST(frames_that_others_mapped_are_flushed_everywhere),
		TEST(a_refused_table_is_unused_again),
		TEST(preempted_validation_keeps_itself_and_goes_on),
		TEST(preempted_validation_can_be_taken_back),
		TEST(preempted_refusal_is_still_a_refusal),
		TEST(preempted_put_ends_later),
		TEST(lists_keep_their_order),
		TEST(racing_references_lose_none),
		TEST(racing_types_never_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
