/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests on committed nodes: values, children, permissions, illegal paths. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "support.h"

static void a_written_value_is_read(void **state)
{
	const struct reply *reply;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b/c\0a\0b"));
	reply = ask(&local, XS_READ, 0, "/a/b/c\0");
	assert_int_equal(reply->header.len, 3);
	assert_memory_equal(reply->payload, "a\0b", 3);
	assert_int_equal(ask(&local, XS_READ, 0, "/a/b\0")->header.len, 0);
	expect_error(ask(&local, XS_READ, 0, "/a/x\0"), "ENOENT");
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b/c\0"));
	assert_int_equal(ask(&local, XS_READ, 0, "/a/b/c\0")->header.len, 0);
}

static void a_relative_path_is_below_the_home(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "x/y\0v"));
	expect_text(ask(&local, XS_READ, 0, "/local/domain/0/x/y\0"), "v");
}

static void mkdir_keeps_what_is_there(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a\0v"));
	expect_ok(ask(&local, XS_MKDIR, 0, "/a/b\0"));
	expect_ok(ask(&local, XS_MKDIR, 0, "/a\0"));
	expect_text(ask(&local, XS_READ, 0, "/a\0"), "v");
}

static void rm_takes_all_below(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b/c\0v"));
	expect_ok(ask(&local, XS_RM, 0, "/a/b\0"));
	expect_error(ask(&local, XS_READ, 0, "/a/b/c\0"), "ENOENT");
	expect_ok(ask(&local, XS_RM, 0, "/a/b\0"));
	expect_error(ask(&local, XS_RM, 0, "/a/b/c\0"), "ENOENT");
	expect_error(ask(&local, XS_RM, 0, "/\0"), "EINVAL");
	assert_int_equal(server.store.nr_nodes, 2);
}

static void directory_lists_children_in_order(void **state)
{
	const struct reply *reply;

	(void)state;
	expect_ok(ask(&local, XS_MKDIR, 0, "/a/z\0"));
	expect_ok(ask(&local, XS_MKDIR, 0, "/a/b\0"));
	reply = ask(&local, XS_DIRECTORY, 0, "/a\0");
	assert_int_equal(reply->header.len, 4);
	assert_memory_equal(reply->payload, "z\0b", 4);
	assert_int_equal(ask(&local, XS_DIRECTORY, 0, "/a/z\0")->header.len, 0);
}

static void a_long_directory_comes_in_parts(void **state)
{
	char text[64];
	char generation[32] = "";
	size_t offset = 0, n = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		int len = snprintf(text, sizeof(text), "/d/child-%04d", i) + 1;

		expect_ok(local_ask(&local, XS_MKDIR, 0, text, (size_t)len));
	}
	expect_error(ask(&local, XS_DIRECTORY, 0, "/d\0"), "E2BIG");
	for (;;) {
		int len = snprintf(text, sizeof(text), "/d%c%zu", 0, offset) + 1;
		const struct reply *reply = local_ask(&local, XS_DIRECTORY_PART, 0, text,
						      (size_t)len);
		const char *name = reply->payload + strlen(reply->payload) + 1;

		if (offset)
			assert_string_equal(reply->payload, generation);
		strcpy(generation, reply->payload);
		for (; name < reply->payload + reply->header.len && *name;
		     name += strlen(name) + 1) {
			snprintf(text, sizeof(text), "child-%04zu", n++);
			assert_string_equal(name, text);
			offset += strlen(name) + 1;
		}
		if (name < reply->payload + reply->header.len)
			break;
	}
	assert_int_equal(n, 2000);
}

static void illegal_paths_are_refused(void **state)
{
	static const char *const paths[] = {"",	    "/a/",  "//a",   "/a//b", "/a b",
					    "/a.b", "@foo", "/\x80", "a/"};
	char text[5000];

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		expect_error(local_ask(&local, XS_READ, 0, paths[i], strlen(paths[i]) + 1),
			     "EINVAL");
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	text[3072] = '\0';
	expect_ok(local_ask(&local, XS_MKDIR, 0, text, 3073));
	text[3072] = 'a';
	text[3073] = '\0';
	expect_error(local_ask(&local, XS_MKDIR, 0, text, 3074), "EINVAL");
	expect_error(local_ask(&local, XS_READ, 0, "/a", 2), "EINVAL");
	expect_error(local_ask(&local, XS_READ, 0, "", 0), "EINVAL");
}

static void unknown_types_are_refused(void **state)
{
	(void)state;
	expect_error(ask(&local, 20, 0, "/\0"), "ENOSYS");
	expect_error(ask(&local, XS_ERROR, 0, "/\0"), "ENOSYS");
	expect_error(ask(&local, XS_WATCH_EVENT, 0, "/\0"), "ENOSYS");
	expect_error(ask(&local, 12345678, 0, "/\0"), "ENOSYS");
	expect_error(ask(&local, XS_INVALID, 0, "/\0"), "ENOSYS");
}

static void permissions_are_inherited_and_set(void **state)
{
	const struct reply *reply;

	(void)state;
	expect_ok(ask(&local, XS_MKDIR, 0, "/a\0"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/a\0r3\0b5\0"));
	expect_ok(ask(&local, XS_MKDIR, 0, "/a/b\0"));
	reply = ask(&local, XS_GET_PERMS, 0, "/a/b\0");
	assert_int_equal(reply->header.len, 6);
	assert_memory_equal(reply->payload, "r3\0b5", 6);
	expect_error(ask(&local, XS_SET_PERMS, 0, "/a\0x3\0"), "EINVAL");
	expect_error(ask(&local, XS_SET_PERMS, 0, "/a\0r\0"), "EINVAL");
	expect_error(ask(&local, XS_SET_PERMS, 0, "/a\0r3"), "EINVAL");
	expect_error(ask(&local, XS_SET_PERMS, 0, "/a\0"), "EINVAL");
	expect_error(ask(&local, XS_SET_PERMS, 0, "/none\0r3\0"), "ENOENT");
}

static void guests_reach_only_what_is_theirs(void **state)
{
	(void)state;
	guest_start(3);
	expect_ok(ask(&local, XS_WRITE, 0, "/local/domain/3\0"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/local/domain/3\0n3\0"));
	expect_ok(ask(&local, XS_WRITE, 0, "/secret\0v"));
	expect_ok(ask(&local, XS_WRITE, 0, "/shown\0v"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/shown\0n0\0r3\0"));
	expect_error(guest_ask(3, XS_READ, 0, "/secret\0"), "EACCES");
	expect_error(guest_ask(3, XS_READ, 0, "/nothing\0"), "EACCES");
	expect_text(guest_ask(3, XS_READ, 0, "/shown\0"), "v");
	expect_error(guest_ask(3, XS_WRITE, 0, "/shown\0w"), "EACCES");
	expect_error(guest_ask(3, XS_RM, 0, "/shown\0"), "EACCES");
	expect_ok(guest_ask(3, XS_WRITE, 0, "data/x\0w"));
	expect_text(guest_ask(3, XS_GET_PERMS, 0, "/local/domain/3/data/x\0"), "n3");
	expect_error(guest_ask(3, XS_READ, 0, "data/y\0"), "ENOENT");
	expect_error(guest_ask(3, XS_SET_PERMS, 0, "data/x\0n0\0"), "EPERM");
	expect_error(guest_ask(3, XS_SET_PERMS, 0, "/shown\0r3\0"), "EACCES");
	expect_ok(guest_ask(3, XS_SET_PERMS, 0, "data/x\0n3\0r4\0"));
	expect_error(guest_ask(3, XS_CONTROL, 0, "help\0"), "EACCES");
}

static void a_target_is_acted_for(void **state)
{
	(void)state;
	guest_start(3);
	guest_start(4);
	expect_ok(ask(&local, XS_WRITE, 0, "/g4\0v"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/g4\0n4\0"));
	expect_error(guest_ask(3, XS_READ, 0, "/g4\0"), "EACCES");
	expect_ok(ask(&local, XS_SET_TARGET, 0, "3\0004\0"));
	expect_text(guest_ask(3, XS_READ, 0, "/g4\0"), "v");
	expect_error(guest_ask(4, XS_SET_TARGET, 0, "4\0003\0"), "EACCES");
}

static void a_message_in_pieces_is_whole(void **state)
{
	struct xsd_sockmsg header = {.type = XS_WRITE, .req_id = 77, .len = 5};
	char bytes[32];
	struct reply reply;

	(void)state;
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), "/a\0vw", 5);
	for (size_t i = 0; i < sizeof(header) + 5; i++) {
		memcpy(local.to, bytes + i, 1);
		local.to_at = 0;
		local.to_len = 1;
		server_mark_ready(&local.connection);
		support_run();
	}
	assert_true(local_receive(&local, &reply));
	expect_ok(&reply);
	expect_text(ask(&local, XS_READ, 0, "/a\0"), "vw");
}

int run_nodes(void)
{
	const struct CMUnitTest cases[] = {
		CASE(a_written_value_is_read),
		CASE(a_relative_path_is_below_the_home),
		CASE(mkdir_keeps_what_is_there),
		CASE(rm_takes_all_below),
		CASE(directory_lists_children_in_order),
		CASE(a_long_directory_comes_in_parts),
		CASE(illegal_paths_are_refused),
		CASE(unknown_types_are_refused),
		CASE(permissions_are_inherited_and_set),
		CASE(guests_reach_only_what_is_theirs),
		CASE(a_target_is_acted_for),
		CASE(a_message_in_pieces_is_whole),
	};

	return cmocka_run_group_tests_name("nodes", cases, NULL, NULL);
}
