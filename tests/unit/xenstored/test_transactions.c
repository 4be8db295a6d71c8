/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transactions: what they see, what conflicts, what others see. */
#include "cases.h"
#include "support.h"

static void commit(struct local *client, uint32_t transaction)
{
	expect_ok(ask(client, XS_TRANSACTION_END, transaction, "T\0"));
}

static void changes_show_after_commit(void **state)
{
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a\0old"));
	t = start_transaction(&local);
	expect_ok(ask(&local, XS_WRITE, t, "/a\0new"));
	expect_ok(ask(&local, XS_WRITE, t, "/b/c\0new"));
	expect_text(ask(&local, XS_READ, t, "/a\0"), "new");
	expect_text(ask(&other, XS_READ, 0, "/a\0"), "old");
	expect_error(ask(&other, XS_READ, 0, "/b\0"), "ENOENT");
	expect_error(ask(&other, XS_READ, t, "/a\0"), "ENOENT");
	commit(&local, t);
	expect_text(ask(&other, XS_READ, 0, "/a\0"), "new");
	expect_text(ask(&other, XS_READ, 0, "/b/c\0"), "new");
	expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "ENOENT");
}

static void an_ended_one_leaves_no_trace(void **state)
{
	uint32_t t = start_transaction(&local);

	(void)state;
	expect_ok(ask(&local, XS_WRITE, t, "/a/b\0v"));
	expect_error(ask(&local, XS_TRANSACTION_END, t, "X\0"), "EINVAL");
	expect_ok(ask(&local, XS_TRANSACTION_END, t, "F\0"));
	expect_error(ask(&local, XS_READ, 0, "/a\0"), "ENOENT");
	assert_int_equal(server.store.nr_nodes, 1);
}

static void what_was_read_and_changed_conflicts(void **state)
{
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a\0v"));
	t = start_transaction(&local);
	expect_text(ask(&local, XS_READ, t, "/a\0"), "v");
	expect_ok(ask(&other, XS_WRITE, 0, "/a\0w"));
	expect_text(ask(&local, XS_READ, t, "/a\0"), "v");
	expect_ok(ask(&local, XS_WRITE, t, "/b\0x"));
	expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "EAGAIN");
	expect_error(ask(&local, XS_READ, 0, "/b\0"), "ENOENT");
}

static void what_was_absent_and_made_conflicts(void **state)
{
	uint32_t t = start_transaction(&local);

	(void)state;
	expect_error(ask(&local, XS_READ, t, "/a/b\0"), "ENOENT");
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b\0w"));
	expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "EAGAIN");
}

static void what_was_removed_conflicts(void **state)
{
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b\0v"));
	t = start_transaction(&local);
	expect_ok(ask(&local, XS_WRITE, t, "/a/b/c\0v"));
	expect_ok(ask(&other, XS_RM, 0, "/a\0"));
	expect_text(ask(&local, XS_READ, t, "/a/b/c\0"), "v");
	expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "EAGAIN");
	expect_error(ask(&local, XS_READ, 0, "/a\0"), "ENOENT");
}

static void what_was_seen_stays_below_what_was_removed(void **state)
{
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b/c\0v"));
	t = start_transaction(&local);
	expect_text(ask(&local, XS_READ, t, "/a/b/c\0"), "v");
	expect_ok(ask(&other, XS_RM, 0, "/a\0"));
	expect_ok(ask(&local, XS_WRITE, t, "/a/b/c/d/e\0v"));
	expect_text(ask(&local, XS_READ, t, "/a/b/c/d/e\0"), "v");
	expect_text(ask(&local, XS_DIRECTORY, t, "/a/b/c\0"), "d");
	expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "EAGAIN");
	assert_int_equal(server.store.nr_nodes, 1);
}

static void a_list_that_changed_conflicts(void **state)
{
	uint32_t t, u;

	(void)state;
	expect_ok(ask(&local, XS_MKDIR, 0, "/a/b\0"));
	t = start_transaction(&local);
	expect_text(ask(&local, XS_DIRECTORY, t, "/a\0"), "b");
	u = start_transaction(&local);
	expect_ok(ask(&local, XS_MKDIR, u, "/a/d\0"));
	expect_ok(ask(&other, XS_MKDIR, 0, "/a/c\0"));
	expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "EAGAIN");
	commit(&local, u);
}

static void makers_of_different_children_do_not_conflict(void **state)
{
	uint32_t t = start_transaction(&local), u;

	(void)state;
	commit(&local, t);
	expect_ok(ask(&local, XS_MKDIR, 0, "/local/domain\0"));
	t = start_transaction(&local);
	u = start_transaction(&other);
	expect_ok(ask(&local, XS_WRITE, t, "/local/domain/1/name\0one"));
	expect_ok(ask(&other, XS_WRITE, u, "/local/domain/2/name\0two"));
	commit(&local, t);
	commit(&other, u);
	expect_text(ask(&local, XS_READ, 0, "/local/domain/1/name\0"), "one");
	expect_text(ask(&local, XS_READ, 0, "/local/domain/2/name\0"), "two");
}

static void removal_and_making_anew_replaces(void **state)
{
	const struct reply *reply;
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b/c\0v"));
	expect_ok(ask(&local, XS_WRITE, 0, "/a/x\0v"));
	t = start_transaction(&local);
	expect_ok(ask(&local, XS_RM, t, "/a\0"));
	expect_error(ask(&local, XS_READ, t, "/a/b/c\0"), "ENOENT");
	expect_ok(ask(&local, XS_WRITE, t, "/a/b\0new"));
	expect_error(ask(&local, XS_READ, t, "/a/b/c\0"), "ENOENT");
	expect_error(ask(&local, XS_READ, t, "/a/x\0"), "ENOENT");
	reply = ask(&local, XS_DIRECTORY, t, "/a\0");
	assert_int_equal(reply->header.len, 2);
	assert_string_equal(reply->payload, "b");
	expect_ok(ask(&local, XS_RM, t, "/a/b\0"));
	assert_int_equal(ask(&local, XS_DIRECTORY, t, "/a\0")->header.len, 0);
	expect_ok(ask(&local, XS_WRITE, t, "/a/b/d\0new"));
	commit(&local, t);
	expect_error(ask(&local, XS_READ, 0, "/a/b/c\0"), "ENOENT");
	expect_error(ask(&local, XS_READ, 0, "/a/x\0"), "ENOENT");
	expect_text(ask(&local, XS_READ, 0, "/a/b/d\0"), "new");
	assert_int_equal(server.store.nr_nodes, 4);
}

static void listing_merges_both(void **state)
{
	const struct reply *reply;
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_MKDIR, 0, "/a/b\0"));
	expect_ok(ask(&local, XS_MKDIR, 0, "/a/c\0"));
	t = start_transaction(&local);
	expect_ok(ask(&local, XS_MKDIR, t, "/a/d\0"));
	expect_ok(ask(&local, XS_RM, t, "/a/b\0"));
	expect_text(ask(&local, XS_READ, t, "/a/c\0"), "");
	reply = ask(&local, XS_DIRECTORY, t, "/a\0");
	assert_int_equal(reply->header.len, 4);
	assert_memory_equal(reply->payload, "c\0d", 4);
	commit(&local, t);
	reply = ask(&local, XS_DIRECTORY, 0, "/a\0");
	assert_memory_equal(reply->payload, "c\0d", 4);
}

static void permissions_change_with_commit(void **state)
{
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a\0v"));
	t = start_transaction(&local);
	expect_ok(ask(&local, XS_SET_PERMS, t, "/a\0n5\0"));
	expect_ok(ask(&local, XS_MKDIR, t, "/a/b\0"));
	expect_text(ask(&other, XS_GET_PERMS, 0, "/a\0"), "n0");
	commit(&local, t);
	expect_text(ask(&other, XS_GET_PERMS, 0, "/a\0"), "n5");
	expect_text(ask(&other, XS_GET_PERMS, 0, "/a/b\0"), "n5");
	expect_text(ask(&other, XS_READ, 0, "/a\0"), "v");
	assert_int_equal(account_find(&server.store.accounts, 5)->used[QUOTA_NODES], 2);
}

static void the_protocols_errors_are_given(void **state)
{
	uint32_t t = start_transaction(&local);

	(void)state;
	expect_error(ask(&local, XS_TRANSACTION_START, t, "\0"), "EBUSY");
	expect_error(ask(&local, XS_TRANSACTION_END, 0, "T\0"), "ENOENT");
	expect_error(ask(&local, XS_READ, t + 1, "/\0"), "ENOENT");
	expect_ok(ask(&local, XS_RESET_WATCHES, 0, "\0"));
	expect_error(ask(&local, XS_TRANSACTION_END, t, "F\0"), "ENOENT");
	start_transaction(&local);
}

static void memory_is_given_back(void **state)
{
	uint64_t before = account_find(&server.store.accounts, 0)->memory_bytes;
	uint32_t t = start_transaction(&local);

	(void)state;
	expect_ok(ask(&local, XS_WRITE, t, "/a/b\0first"));
	expect_ok(ask(&local, XS_WRITE, t, "/a/b\0second value"));
	expect_ok(ask(&local, XS_RM, t, "/a\0"));
	expect_ok(ask(&local, XS_WRITE, t, "/a/b\0third"));
	commit(&local, t);
	expect_ok(ask(&local, XS_RM, 0, "/a\0"));
	assert_int_equal(account_find(&server.store.accounts, 0)->memory_bytes, before);
}

int run_transactions(void)
{
	const struct CMUnitTest cases[] = {
		CASE(changes_show_after_commit),
		CASE(an_ended_one_leaves_no_trace),
		CASE(what_was_read_and_changed_conflicts),
		CASE(what_was_absent_and_made_conflicts),
		CASE(what_was_removed_conflicts),
		CASE(what_was_seen_stays_below_what_was_removed),
		CASE(a_list_that_changed_conflicts),
		CASE(makers_of_different_children_do_not_conflict),
		CASE(removal_and_making_anew_replaces),
		CASE(listing_merges_both),
		CASE(permissions_change_with_commit),
		CASE(the_protocols_errors_are_given),
		CASE(memory_is_given_back),
	};

	return cmocka_run_group_tests_name("transactions", cases, NULL, NULL);
}
