/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store's client over a real socket whose other end is here: what it is going to be told is
 * written before it asks, what it asked is read afterwards.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libstore/store_link.h"
#include "libstore/store_pipe.h"
#include "libstore/store_wait.h"

static char folder[] = "/tmp/libstore.XXXXXX", path[sizeof(folder) + 8];
static int listener, server;
static struct store_link *store;

static void serve_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 4), 0);
}

static void accept_link(void)
{
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
}

static int set_up(void **state)
{
	(void)state;
	unlink(path);
	serve_at(path);
	store = store_link_open();
	assert_non_null(store);
	accept_link();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	store_link_close(store);
	close(server);
	close(listener);
	return 0;
}

static void put(const void *bytes, size_t length)
{
	assert_int_equal(write(server, bytes, length), (ssize_t)length);
}

static void say(uint32_t type, const char *payload, size_t length)
{
	struct xsd_sockmsg header = {.type = type, .len = (uint32_t)length};

	put(&header, sizeof(header));
	put(payload, length);
}

#define SAY(type, payload) say(type, payload, sizeof(payload) - 1)

/* The next request. */
static void assert_asked(uint32_t type, uint32_t transaction, const char *payload, size_t length)
{
	struct xsd_sockmsg header;
	char text[XENSTORE_PAYLOAD_MAX];

	assert_int_equal(recv(server, &header, sizeof(header), MSG_WAITALL), sizeof(header));
	assert_int_equal(header.type, type);
	assert_int_equal(header.tx_id, transaction);
	assert_int_equal(header.len, length);
	assert_int_equal(recv(server, text, length, MSG_WAITALL), (ssize_t)length);
	assert_memory_equal(text, payload, length);
}

#define ASSERT_ASKED(type, transaction, payload) \
	assert_asked(type, transaction, payload, sizeof(payload) - 1)

static bool is_readable(int fd)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	return poll(&poll_fd, 1, 0) == 1;
}

static void values_have_a_length(void **state)
{
	static const char huge[XENSTORE_PAYLOAD_MAX];
	size_t length;
	char *text;

	(void)state;
	SAY(XS_READ, "a\0b");
	text = store_link_read(store, 7, "/x", &length);
	assert_int_equal(length, 3);
	assert_memory_equal(text, "a\0b\0", 4);
	free(text);
	ASSERT_ASKED(XS_READ, 7, "/x\0");
	SAY(XS_WRITE, "OK\0");
	assert_int_equal(store_link_write(store, 0, "/x", "1", 1), 0);
	ASSERT_ASKED(XS_WRITE, 0, "/x\0001");
	assert_int_equal(store_link_write(store, 0, "/x", huge, sizeof(huge)), -1);
	assert_int_equal(errno, E2BIG);
	assert_false(is_readable(server));
}

static void refusals_have_their_errno(void **state)
{
	(void)state;
	SAY(XS_ERROR, "ENOENT\0");
	assert_null(store_link_read(store, 0, "/x", NULL));
	assert_int_equal(errno, ENOENT);
	SAY(XS_ERROR, "EQUEER\0");
	assert_int_equal(store_link_remove(store, 0, "/x"), -1);
	assert_int_equal(errno, EINVAL);
	assert_false(store_link_is_broken(store));
}

static void names_are_listed(void **state)
{
	unsigned int count;
	char **names;

	(void)state;
	SAY(XS_DIRECTORY, "one\0two\0");
	names = store_link_list(store, 0, "/x", &count);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "one");
	assert_string_equal(names[1], "two");
	free(names);
	SAY(XS_DIRECTORY, "");
	names = store_link_list(store, 0, "/x", &count);
	assert_non_null(names);
	assert_int_equal(count, 0);
	free(names);
}

static void long_lists_come_in_parts(void **state)
{
	unsigned int count;
	char **names;

	(void)state;
	SAY(XS_ERROR, "E2BIG\0");
	SAY(XS_DIRECTORY_PART, "5\0a\0b\0");
	/* It changed: all anew. */
	SAY(XS_DIRECTORY_PART, "6\0c\0\0");
	SAY(XS_DIRECTORY_PART, "6\0x\0");
	SAY(XS_DIRECTORY_PART, "6\0y\0\0");
	names = store_link_list(store, 0, "/x", &count);
	assert_non_null(names);
	assert_int_equal(count, 2);
	assert_string_equal(names[0], "x");
	assert_string_equal(names[1], "y");
	free(names);
	ASSERT_ASKED(XS_DIRECTORY, 0, "/x\0");
	ASSERT_ASKED(XS_DIRECTORY_PART, 0, "/x\0000\0");
	ASSERT_ASKED(XS_DIRECTORY_PART, 0, "/x\0004\0");
	ASSERT_ASKED(XS_DIRECTORY_PART, 0, "/x\0000\0");
	ASSERT_ASKED(XS_DIRECTORY_PART, 0, "/x\0002\0");
}

static void events_between_replies_are_kept_and_told(void **state)
{
	struct store_event event;
	int fd = store_link_fd(store);

	(void)state;
	assert_false(is_readable(fd));
	SAY(XS_WATCH_EVENT, "/x\0t\0");
	SAY(XS_WATCH, "OK\0");
	assert_int_equal(store_link_watch(store, "/x", "t", NULL), 0);
	assert_true(is_readable(fd));
	assert_int_equal(store_link_next_event(store, &event), 1);
	assert_string_equal(event.path, "/x");
	assert_string_equal(event.token, "t");
	assert_int_equal(store_link_next_event(store, &event), 0);
	assert_false(is_readable(fd));
	ASSERT_ASKED(XS_WATCH, 0, "/x\0t\0");
}

static void events_behind_a_reply_are_told(void **state)
{
	struct store_event event;
	int fd = store_link_fd(store);

	(void)state;
	SAY(XS_WRITE, "OK\0");
	SAY(XS_WATCH_EVENT, "/x\0t\0");
	SAY(XS_WATCH_EVENT, "/y\0t\0");
	assert_int_equal(store_link_write(store, 0, "/x", "1", 1), 0);
	assert_true(is_readable(fd));
	assert_int_equal(store_link_next_event(store, &event), 1);
	assert_true(is_readable(fd));
	assert_int_equal(store_link_next_event(store, &event), 1);
	assert_string_equal(event.path, "/y");
	assert_int_equal(store_link_next_event(store, &event), 0);
	assert_false(is_readable(fd));
}

static void events_are_kept_for_a_descriptor_that_comes_later(void **state)
{
	struct store_event event;

	(void)state;
	SAY(XS_WATCH_EVENT, "@releaseDomain/7\0end\0");
	SAY(XS_WATCH, "OK\0");
	assert_int_equal(store_link_watch(store, "@releaseDomain", "end", "1"), 0);
	ASSERT_ASKED(XS_WATCH, 0, "@releaseDomain\0end\0001\0");
	assert_true(is_readable(store_link_fd(store)));
	assert_int_equal(store_link_next_event(store, &event), 1);
	assert_string_equal(event.path, "@releaseDomain/7");
}

static void messages_may_come_in_pieces(void **state)
{
	struct xsd_sockmsg header = {.type = XS_WATCH_EVENT, .len = 5};
	struct store_event event;

	(void)state;
	put(&header, 7);
	assert_int_equal(store_link_next_event(store, &event), 0);
	put((char *)&header + 7, sizeof(header) - 7);
	put("/x", 2);
	assert_int_equal(store_link_next_event(store, &event), 0);
	put("\0t\0", 3);
	assert_int_equal(store_link_next_event(store, &event), 1);
	assert_string_equal(event.token, "t");
}

static void the_end_is_heard_at_once(void **state)
{
	struct store_event event;
	int fd = store_link_fd(store);

	(void)state;
	close(server);
	assert_true(is_readable(fd));
	assert_int_equal(store_link_next_event(store, &event), -1);
	assert_int_equal(errno, ECONNRESET);
	assert_true(store_link_is_broken(store));
	assert_null(store_link_read(store, 0, "/x", NULL));
	assert_int_equal(errno, ECONNRESET);
	server = -1;
}

static void another_daemon_is_connected_to_by_the_same_descriptor(void **state)
{
	struct store_event event;
	int fd = store_link_fd(store);

	(void)state;
	SAY(XS_WATCH_EVENT, "/old\0t\0");
	SAY(XS_WATCH, "OK\0");
	assert_int_equal(store_link_watch(store, "/old", "t", NULL), 0);
	close(server);
	assert_int_equal(store_link_reconnect(store), 0);
	accept_link();
	assert_false(store_link_is_broken(store));
	assert_int_equal(store_link_next_event(store, &event), 0);
	assert_false(is_readable(fd));
	SAY(XS_WATCH_EVENT, "/x\0t\0");
	assert_true(is_readable(fd));
	assert_int_equal(store_link_next_event(store, &event), 1);
	assert_string_equal(event.path, "/x");
}

static void nonsense_breaks_the_connection(void **state)
{
	struct xsd_sockmsg header = {.type = XS_READ, .len = XENSTORE_PAYLOAD_MAX + 1};

	(void)state;
	put(&header, sizeof(header));
	assert_null(store_link_read(store, 0, "/x", NULL));
	assert_int_equal(errno, EPROTO);
	assert_true(store_link_is_broken(store));
}

static void replies_that_nobody_asked_for_are_nonsense(void **state)
{
	struct store_event event;

	(void)state;
	SAY(XS_READ, "1");
	assert_int_equal(store_link_next_event(store, &event), -1);
	assert_int_equal(errno, EPROTO);
}

struct heard {
	size_t count;
	int errors[3];
};

static void hear(size_t index, const struct store_message *answer, void *context)
{
	struct heard *heard = context;

	assert_int_equal(index, heard->count);
	heard->errors[heard->count++] = store_answer_error(answer);
}

static void pipes_answer_in_their_order(void **state)
{
	struct store_pipe *pipe = store_pipe_open(store);
	struct store_event event;
	struct heard heard = {0};

	(void)state;
	SAY(XS_MKDIR, "OK\0");
	SAY(XS_WATCH_EVENT, "/w\0t\0");
	SAY(XS_ERROR, "EACCES\0");
	store_pipe_add(pipe, XS_MKDIR, 3, "/x", NULL, 0);
	store_pipe_add(pipe, XS_WRITE, 3, "/x/y", "1", 1);
	assert_int_equal(store_pipe_exchange(pipe, hear, &heard), 0);
	assert_int_equal(heard.count, 2);
	assert_int_equal(heard.errors[0], 0);
	assert_int_equal(heard.errors[1], EACCES);
	ASSERT_ASKED(XS_MKDIR, 3, "/x\0");
	ASSERT_ASKED(XS_WRITE, 3, "/x/y\0001");
	assert_int_equal(store_link_next_event(store, &event), 1);
	close(server);
	server = -1;
	store_pipe_add(pipe, XS_MKDIR, 3, "/x", NULL, 0);
	assert_int_equal(store_pipe_exchange(pipe, hear, &heard), -1);
	assert_true(store_link_is_broken(store));
	store_pipe_close(pipe);
}

static void a_socket_that_comes_is_seen(void **state)
{
	char other[64], new[64];
	int fd = store_wait_open();

	(void)state;
	assert_true(fd >= 0);
	assert_false(is_readable(fd));
	snprintf(other, sizeof(other), "%s/other", folder);
	snprintf(new, sizeof(new), "%s.new", path);
	close(listener);
	serve_at(other);
	assert_true(is_readable(fd));
	assert_false(store_wait_has_come(fd));
	assert_int_equal(rename(other, new), 0);
	assert_false(store_wait_has_come(fd));
	assert_int_equal(rename(new, path), 0);
	assert_true(store_wait_has_come(fd));
	assert_false(is_readable(fd));
	close(fd);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(values_have_a_length),
		TEST(refusals_have_their_errno),
		TEST(names_are_listed),
		TEST(long_lists_come_in_parts),
		TEST(events_between_replies_are_kept_and_told),
		TEST(events_behind_a_reply_are_told),
		TEST(events_are_kept_for_a_descriptor_that_comes_later),
		TEST(messages_may_come_in_pieces),
		TEST(the_end_is_heard_at_once),
		TEST(another_daemon_is_connected_to_by_the_same_descriptor),
		TEST(nonsense_breaks_the_connection),
		TEST(replies_that_nobody_asked_for_are_nonsense),
		TEST(pipes_answer_in_their_order),
		TEST(a_socket_that_comes_is_seen),
	};
	int failed;

	if (!mkdtemp(folder))
		return 1;
	snprintf(path, sizeof(path), "%s/socket", folder);
	setenv("XENSTORED_PATH", path, 1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(folder);
	return failed;
}
