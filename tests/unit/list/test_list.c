/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/list.h: order after every way of adding, and that walks survive removal.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hv/list.h"

struct item {
	int value;
	struct list_node link;
};

/* The values in order, as a decimal number; walks both ways and checks that they agree. */
static int read_list(struct list_node *list)
{
	int forwards = 0, backwards = 0, unit = 1;
	struct item *item;

	list_for_each_entry(item, list, link) forwards = forwards * 10 + item->value;
	list_for_each_entry_reverse(item, list, link)
	{
		backwards += item->value * unit;
		unit *= 10;
	}
	assert_int_equal(forwards, backwards);
	return forwards;
}

static void additions_keep_their_order(void **state)
{
	struct list_node list = LIST_INIT(list);
	struct item items[] = {{.value = 1}, {.value = 2}, {.value = 3}, {.value = 4}};

	assert_true(list_is_empty(&list));
	assert_null(list_first(&list));
	assert_null(list_last(&list));
	list_add_tail(&list, &items[1].link);
	list_add_head(&list, &items[0].link);
	list_add_after(&items[1].link, &items[3].link);
	list_add_before(&items[3].link, &items[2].link);
	assert_int_equal(read_list(&list), 1234);
	assert_int_equal(list_first_entry(&list, struct item, link)->value, 1);
	assert_int_equal(list_last_entry(&list, struct item, link)->value, 4);
	list_move_tail(&list, &items[1].link);
	assert_int_equal(read_list(&list), 1342);
	list_move_head(&list, &items[3].link);
	assert_int_equal(read_list(&list), 4132);
}

static void removed_nodes_are_unlinked(void **state)
{
	struct list_node list = LIST_INIT(list);
	struct item a = {.value = 1}, b = {.value = 2};

	list_init(&a.link);
	assert_false(list_is_linked(&a.link));
	list_add_tail(&list, &a.link);
	list_add_tail(&list, &b.link);
	assert_true(list_is_linked(&a.link));
	list_remove(&a.link);
	assert_false(list_is_linked(&a.link));
	list_remove(&a.link);
	assert_int_equal(read_list(&list), 2);
	assert_ptr_equal(list_pop_head(&list), &b.link);
	assert_null(list_pop_head(&list));
	assert_true(list_is_empty(&list));
}

static void splice_moves_all_in_order(void **state)
{
	struct list_node list = LIST_INIT(list), other = LIST_INIT(other);
	struct item items[] = {{.value = 1}, {.value = 2}, {.value = 3}};

	list_splice_tail(&list, &other);
	assert_true(list_is_empty(&list));
	list_add_tail(&list, &items[0].link);
	list_add_tail(&other, &items[1].link);
	list_add_tail(&other, &items[2].link);
	list_splice_tail(&list, &other);
	assert_int_equal(read_list(&list), 123);
	assert_true(list_is_empty(&other));
}

static void safe_walk_survives_removal(void **state)
{
	struct list_node list = LIST_INIT(list);
	struct item items[] = {{.value = 1}, {.value = 2}, {.value = 3}, {.value = 4}};
	struct item *item, *next;
	struct list_node *node;
	int count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		list_add_tail(&list, &items[i].link);
	list_for_each_entry_safe(item, next, &list, link) if (item->value % 2)
		list_remove(&item->link);
	assert_int_equal(read_list(&list), 24);
	list_for_each(node, &list) count++;
	assert_int_equal(count, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(additions_keep_their_order),
		cmocka_unit_test(removed_nodes_are_unlinked),
		cmocka_unit_test(splice_moves_all_in_order),
		cmocka_unit_test(safe_walk_survives_removal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
