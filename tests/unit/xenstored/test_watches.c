/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Watches: who hears of what, and what happens to events that nobody reads. */
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "support.h"

static void watch(struct local *client, const char *path, const char *token)
{
	char text[256];
	int len = snprintf(text, sizeof(text), "%s%c%s", path, 0, token) + 1;

	expect_ok(local_ask(client, XS_WATCH, 0, text, (size_t)len));
	expect_event(client, path, token);
}

static void changes_below_are_told(void **state)
{
	(void)state;
	watch(&local, "/a", "t");
	expect_ok(ask(&other, XS_WRITE, 0, "/a\0v"));
	expect_event(&local, "/a", "t");
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b/c\0v"));
	expect_event(&local, "/a/b/c", "t");
	expect_ok(ask(&other, XS_MKDIR, 0, "/a/b/c\0"));
	expect_ok(ask(&other, XS_WRITE, 0, "/ab\0v"));
	expect_ok(ask(&other, XS_SET_PERMS, 0, "/a/b\0n0\0"));
	expect_event(&local, "/a/b", "t");
	expect_ok(ask(&other, XS_RM, 0, "/a/b\0"));
	expect_event(&local, "/a/b", "t");
	expect_nothing(&local);
}

static void the_root_hears_all(void **state)
{
	(void)state;
	watch(&local, "/", "t");
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b\0v"));
	expect_event(&local, "/a/b", "t");
	expect_nothing(&local);
}

static void watches_below_a_removed_node_hear_of_their_own_path(void **state)
{
	(void)state;
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b/c\0v"));
	watch(&local, "/a/b/c", "t");
	expect_ok(ask(&other, XS_RM, 0, "/a\0"));
	expect_event(&local, "/a/b/c", "t");
	expect_nothing(&local);
}

static void removals_of_a_transaction_are_told_one_by_one(void **state)
{
	uint32_t t;

	(void)state;
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b/c/d\0v"));
	watch(&local, "/a", "t");
	t = start_transaction(&other);
	expect_ok(ask(&other, XS_RM, t, "/a/b/c\0"));
	expect_ok(ask(&other, XS_RM, t, "/a/b\0"));
	expect_ok(ask(&other, XS_TRANSACTION_END, t, "T\0"));
	expect_event(&local, "/a/b/c", "t");
	expect_event(&local, "/a/b", "t");
	expect_nothing(&local);
	expect_error(ask(&other, XS_READ, 0, "/a/b\0"), "ENOENT");
}

static void transactions_are_told_at_commit(void **state)
{
	uint32_t t;

	(void)state;
	watch(&local, "/a", "t");
	t = start_transaction(&other);
	expect_ok(ask(&other, XS_WRITE, t, "/a/b\0v"));
	expect_ok(ask(&other, XS_WRITE, t, "/a/c\0v"));
	expect_nothing(&local);
	expect_ok(ask(&other, XS_TRANSACTION_END, t, "T\0"));
	expect_event(&local, "/a/b", "t");
	expect_event(&local, "/a/c", "t");
	expect_nothing(&local);
}

static void relative_watches_get_relative_events(void **state)
{
	(void)state;
	watch(&local, "x", "t");
	expect_ok(ask(&other, XS_WRITE, 0, "/local/domain/0/x/y\0v"));
	expect_event(&local, "x/y", "t");
	expect_ok(ask(&local, XS_UNWATCH, 0, "x\0t\0"));
	expect_error(ask(&local, XS_UNWATCH, 0, "x\0t\0"), "ENOENT");
}

static void depth_limits(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_WATCH, 0, "/a\0t\0001\0"));
	expect_event(&local, "/a", "t");
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b/c\0v"));
	expect_event(&local, "/a", "t");
	expect_event(&local, "/a/b", "t");
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b/d\0v"));
	expect_nothing(&local);
	expect_ok(ask(&other, XS_WRITE, 0, "/a/e\0v"));
	expect_event(&local, "/a/e", "t");
	expect_error(ask(&local, XS_WATCH, 0, "/a\0u\0x\0"), "EINVAL");
}

static void errors_are_the_protocols(void **state)
{
	(void)state;
	watch(&local, "/a", "t");
	expect_error(ask(&local, XS_WATCH, 0, "/a\0t\0"), "EEXIST");
	expect_error(ask(&local, XS_WATCH, 0, "/a\0t"), "EINVAL");
	expect_error(ask(&local, XS_WATCH, 0, "/a/\0t\0"), "EINVAL");
	expect_error(ask(&local, XS_WATCH, 0, "@nothing\0t\0"), "EINVAL");
	watch(&local, "/a", "u");
	expect_ok(ask(&local, XS_RESET_WATCHES, 0, "\0"));
	expect_error(ask(&local, XS_UNWATCH, 0, "/a\0u\0"), "ENOENT");
}

static void guests_hear_only_of_what_they_can_read(void **state)
{
	struct reply reply;

	(void)state;
	guest_start(3);
	expect_ok(guest_ask(3, XS_WATCH, 0, "/\0t\0"));
	assert_true(guest_receive(3, &reply));
	expect_ok(ask(&local, XS_WRITE, 0, "/secret\0v"));
	assert_false(guest_receive(3, &reply));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/secret\0n0\0r3\0"));
	assert_true(guest_receive(3, &reply));
	assert_string_equal(reply.payload, "/secret");
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/secret\0n0\0"));
	assert_true(guest_receive(3, &reply));
	expect_ok(ask(&local, XS_RM, 0, "/secret\0"));
	assert_false(guest_receive(3, &reply));
	expect_ok(guest_ask(3, XS_WATCH, 0, "@releaseDomain\0t\0"));
	assert_true(guest_receive(3, &reply));
	guest_start(4);
	expect_ok(ask(&local, XS_RELEASE, 0, "4\0"));
	assert_false(guest_receive(3, &reply));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "@releaseDomain\0n0\0r3\0"));
	expect_text(ask(&local, XS_GET_PERMS, 0, "@releaseDomain\0"), "n0");
	guest_start(4);
	expect_ok(ask(&local, XS_RELEASE, 0, "4\0"));
	assert_true(guest_receive(3, &reply));
	assert_string_equal(reply.payload, "@releaseDomain");
}

static void special_events_name_the_domain_if_asked(void **state)
{
	struct reply reply;

	(void)state;
	watch(&local, "@introduceDomain", "i");
	watch(&local, "@releaseDomain/5", "r");
	expect_ok(ask(&other, XS_WATCH, 0, "@introduceDomain\0j\0001\0"));
	expect_event(&other, "@introduceDomain", "j");
	fake_domain_create(5);
	local_send(&other, XS_INTRODUCE, 0, "5\0001\0005\0", 6);
	expect_event(&local, "@introduceDomain", "i");
	expect_event(&other, "@introduceDomain/5", "j");
	assert_true(local_receive(&other, &reply));
	expect_ok(&reply);
	expect_ok(ask(&other, XS_RELEASE, 0, "5\0"));
	expect_event(&local, "@releaseDomain/5", "r");
	expect_nothing(&local);
}

static void equal_events_wait_once(void **state)
{
	(void)state;
	watch(&local, "/a", "t");
	local.from_room = 0;
	for (int i = 0; i < 100; i++) {
		expect_ok(ask(&other, XS_WRITE, 0, "/a/b\0v"));
		expect_ok(ask(&other, XS_WRITE, 0, "/a/c\0v"));
	}
	assert_int_equal(local.connection.nr_events, 2);
	local.from_room = sizeof(local.from);
	connection_flush(&local.connection);
	expect_event(&local, "/a/b", "t");
	expect_event(&local, "/a/c", "t");
	expect_nothing(&local);
}

static void too_many_events_become_one_of_the_watch(void **state)
{
	char text[64];
	struct reply reply;
	unsigned int n = 0;

	(void)state;
	watch(&local, "/a", "t");
	local.from_room = 0;
	for (int i = 0; i < 3000; i++) {
		int len = snprintf(text, sizeof(text), "/a/%d", i) + 1;

		expect_ok(local_ask(&other, XS_WRITE, 0, text, (size_t)len));
	}
	assert_int_equal(local.connection.nr_events, 1024);
	local.from_room = sizeof(local.from);
	connection_flush(&local.connection);
	while (local_receive(&local, &reply))
		n++;
	assert_int_equal(n, 1025);
	assert_string_equal(reply.payload, "/a");
	assert_int_equal(local.connection.nr_overflown, 0);
	expect_ok(ask(&other, XS_WRITE, 0, "/a/x\0"));
	expect_event(&local, "/a/x", "t");
}

static void unwatching_takes_waiting_events_away(void **state)
{
	(void)state;
	watch(&local, "/a", "t");
	local.from_room = 5;
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b\0v"));
	expect_ok(ask(&other, XS_WRITE, 0, "/a/c\0v"));
	local_send(&local, XS_UNWATCH, 0, "/a\0t\0", 5);
	support_run();
	local.from_room = sizeof(local.from);
	connection_flush(&local.connection);
	expect_event(&local, "/a/b", "t");
	assert_int_equal(local.from_len, sizeof(struct xsd_sockmsg) + 3);
	local.from_len = 0;
}

int run_watches(void)
{
	const struct CMUnitTest cases[] = {
		CASE(changes_below_are_told),
		CASE(the_root_hears_all),
		CASE(watches_below_a_removed_node_hear_of_their_own_path),
		CASE(removals_of_a_transaction_are_told_one_by_one),
		CASE(transactions_are_told_at_commit),
		CASE(relative_watches_get_relative_events),
		CASE(depth_limits),
		CASE(errors_are_the_protocols),
		CASE(guests_hear_only_of_what_they_can_read),
		CASE(special_events_name_the_domain_if_asked),
		CASE(equal_events_wait_once),
		CASE(too_many_events_become_one_of_the_watch),
		CASE(unwatching_takes_waiting_events_away),
	};

	return cmocka_run_group_tests_name("watches", cases, NULL, NULL);
}
