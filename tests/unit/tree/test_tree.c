/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/tree.h: balance, order and links after every change, against an array of bool.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "hv/errno.h"
#include "hv/tree.h"

#define NR_ITEMS 200

struct item {
	int key;
	struct tree_node node;
};

static struct item items[NR_ITEMS];
static bool is_in[NR_ITEMS];

static int compare_nodes(const struct tree_node *a, const struct tree_node *b)
{
	return tree_entry(a, struct item, node)->key - tree_entry(b, struct item, node)->key;
}

static int compare_key(const void *key, const struct tree_node *node)
{
	return *(const int *)key - tree_entry(node, struct item, node)->key;
}

/* The height of a subtree whose links and balances it checks. */
static int check_node(const struct tree_node *node, const struct tree_node *parent)
{
	int heights[2];

	if (!node)
		return 0;
	assert_ptr_equal(node->parent, parent);
	heights[0] = check_node(node->child[0], node);
	heights[1] = check_node(node->child[1], node);
	assert_int_equal(heights[1] - heights[0], node->balance);
	assert_in_range(node->balance + 1, 0, 2);
	return 1 + (heights[0] > heights[1] ? heights[0] : heights[1]);
}

static int key_of(const struct tree_node *node)
{
	return node ? tree_entry(node, struct item, node)->key : -1;
}

static int find_in_model(int from, int step)
{
	for (int i = from; i >= 0 && i < NR_ITEMS; i += step)
		if (is_in[i])
			return i;
	return -1;
}

static void check_tree(const struct tree *tree)
{
	const struct tree_node *node;
	int key;

	check_node(tree->root, NULL);
	key = find_in_model(0, 1);
	for (node = tree_first(tree); node; node = tree_next(node)) {
		assert_int_equal(key_of(node), key);
		key = find_in_model(key + 1, 1);
	}
	assert_int_equal(key, -1);
	key = find_in_model(NR_ITEMS - 1, -1);
	for (node = tree_last(tree); node; node = tree_prev(node)) {
		assert_int_equal(key_of(node), key);
		key = find_in_model(key - 1, -1);
	}
	assert_int_equal(key, -1);
	for (key = 0; key < NR_ITEMS; key++) {
		assert_int_equal(key_of(tree_find(tree, &key, compare_key)), is_in[key] ? key : -1);
		assert_int_equal(key_of(tree_find_floor(tree, &key, compare_key)),
				 find_in_model(key, -1));
		assert_int_equal(key_of(tree_find_ceiling(tree, &key, compare_key)),
				 find_in_model(key, 1));
	}
}

static void put(struct tree *tree, int key)
{
	items[key].key = key;
	assert_int_equal(tree_insert(tree, &items[key].node, compare_nodes), 0);
	is_in[key] = true;
}

static void take(struct tree *tree, int key)
{
	tree_remove(tree, &items[key].node);
	is_in[key] = false;
}

static void random_changes_keep_the_tree_right(void **state)
{
	struct tree tree;

	tree_init(&tree);
	srand(4);
	for (int step = 0; step < 3000; step++) {
		int key = rand() % NR_ITEMS;

		if (is_in[key])
			take(&tree, key);
		else if (rand() % 3000 > step - 500)
			put(&tree, key);
		if (step % 10 == 0)
			check_tree(&tree);
	}
	for (int key = 0; key < NR_ITEMS; key++) {
		if (is_in[key])
			take(&tree, key);
		check_node(tree.root, NULL);
	}
	assert_true(tree_is_empty(&tree));
}

static void ordered_insertion_stays_low(void **state)
{
	struct tree tree;

	for (int direction = 0; direction < 2; direction++) {
		tree_init(&tree);
		for (int i = 0; i < NR_ITEMS; i++)
			put(&tree, direction ? NR_ITEMS - 1 - i : i);
		check_tree(&tree);
		assert_true(check_node(tree.root, NULL) <= 11);
		for (int i = 0; i < NR_ITEMS; i++) {
			take(&tree, i);
			check_node(tree.root, NULL);
		}
		assert_true(tree_is_empty(&tree));
	}
}

static void equal_keys_are_refused(void **state)
{
	struct item twin = {.key = 7};
	struct tree tree;

	tree_init(&tree);
	put(&tree, 7);
	assert_int_equal(tree_insert(&tree, &twin.node, compare_nodes), -EEXIST);
	take(&tree, 7);
	assert_true(tree_is_empty(&tree));
}

static void empty_tree_finds_nothing(void **state)
{
	struct tree tree;
	int key = 1;

	tree_init(&tree);
	assert_null(tree_first(&tree));
	assert_null(tree_last(&tree));
	assert_null(tree_find(&tree, &key, compare_key));
	assert_null(tree_find_floor(&tree, &key, compare_key));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_changes_keep_the_tree_right),
		cmocka_unit_test(ordered_insertion_stays_low),
		cmocka_unit_test(equal_keys_are_refused),
		cmocka_unit_test(empty_tree_finds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
