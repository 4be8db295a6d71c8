/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state that goes to another process: the same server comes out of it. */
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "support.h"
#include "xenstored/state.h"

static struct local *next_local;

static struct connection *adopt_socket(struct server *to, int fd)
{
	(void)to;
	assert_int_equal(fd, next_local == &local ? 10 : 11);
	support_start_local(next_local);
	next_local = &other;
	return fd == 10 ? &local.connection : &other.connection;
}

static struct connection *adopt_domain(struct server *to, const struct state_domain *saved)
{
	struct domain *domain = domain_find(to, saved->domid);

	assert_int_equal(domain_adopt(domain, saved->port, saved->remote_port), 0);
	return &domain->connection;
}

static int adopt_global(struct server *to, const struct state_global *saved)
{
	to->exception_port = saved->exception_port;
	return 0;
}

static int get_fd(const struct connection *connection)
{
	if (connection == &local.connection)
		return 10;
	return connection == &other.connection ? 11 : -1;
}

static const struct state_hooks hooks = {.adopt_socket = adopt_socket,
					 .adopt_domain = adopt_domain,
					 .adopt_global = adopt_global,
					 .socket_fd = get_fd};

static void end_server(void)
{
	domain_release_all(&server);
	connection_fini(&local.connection);
	connection_fini(&other.connection);
	server_fini(&server);
}

/* The server is saved, ended, and made anew of what was saved. */
static void live_update(void)
{
	struct state_bytes state;

	assert_int_equal(state_save(&server, &hooks, 5, &state), 0);
	end_server();
	assert_int_equal(server_init(&server), 0);
	server.hypervisor = fake_hypervisor();
	next_local = &local;
	assert_int_equal(state_restore(&server, &hooks, state.bytes, state.len), 0);
	assert_int_equal(server.exception_port, 5);
	free(state.bytes);
}

static void nodes_and_permissions_stay(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b\0value"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/a\0n3\0r4\0"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "@releaseDomain\0n0\0r4\0"));
	expect_ok(ask(&local, XS_CONTROL, 0, "quota\0set\0nodes\00017\0"));
	expect_ok(ask(&local, 26, 0, "3\0nodes\00018\0"));
	live_update();
	expect_text(ask(&local, XS_READ, 0, "/a/b\0"), "value");
	expect_text(ask(&local, XS_GET_PERMS, 0, "/a\0"), "n3");
	assert_int_equal(ask(&local, XS_GET_PERMS, 0, "@releaseDomain\0")->header.len, 6);
	expect_text(ask(&local, 25, 0, "nodes\0"), "17");
	expect_text(ask(&local, 25, 0, "3\0nodes\0"), "18");
}

static void watches_stay_with_waiting_events(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_WATCH, 0, "x\0t\0"));
	expect_event(&local, "x", "t");
	local.from_room = 7;
	expect_ok(ask(&other, XS_WRITE, 0, "/local/domain/0/x/y\0v"));
	expect_ok(ask(&other, XS_WRITE, 0, "/local/domain/0/x/z\0v"));
	assert_int_equal(local.from_len, 7);
	assert_int_equal(local.connection.out_sent, 7);
	live_update();
	assert_int_equal(local.connection.nr_events, 2);
	connection_flush(&local.connection);
	memmove(local.from + 7, local.from, local.from_len);
	memset(local.from, 0, 7);
	local.from[0] = XS_WATCH_EVENT;
	local.from_len += 7;
	expect_event(&local, "x/y", "t");
	expect_event(&local, "x/z", "t");
	expect_ok(ask(&other, XS_RM, 0, "/local/domain/0/x\0"));
	expect_event(&local, "x", "t");
}

static void transactions_stay_and_still_conflict(void **state)
{
	uint32_t t, u;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b\0old"));
	expect_ok(ask(&local, XS_WRITE, 0, "/c/d\0old"));
	t = start_transaction(&local);
	u = start_transaction(&local);
	expect_text(ask(&local, XS_READ, t, "/a/b\0"), "old");
	expect_ok(ask(&local, XS_WRITE, t, "/e/f\0new"));
	expect_text(ask(&local, XS_READ, u, "/c/d\0"), "old");
	expect_text(ask(&local, XS_DIRECTORY, u, "/c\0"), "d");
	expect_ok(ask(&local, XS_RM, u, "/c\0"));
	expect_ok(ask(&local, XS_WRITE, u, "/c/x/y\0new"));
	live_update();
	expect_ok(ask(&other, XS_WRITE, 0, "/a/b\0changed"));
	expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "EAGAIN");
	expect_text(ask(&local, XS_READ, u, "/c/x/y\0"), "new");
	expect_error(ask(&local, XS_READ, u, "/c/d\0"), "ENOENT");
	expect_ok(ask(&local, XS_TRANSACTION_END, u, "T\0"));
	expect_text(ask(&local, XS_READ, 0, "/c/x/y\0"), "new");
	expect_error(ask(&local, XS_READ, 0, "/c/d\0"), "ENOENT");
	expect_error(ask(&local, XS_READ, 0, "/e\0"), "ENOENT");
}

static void half_a_request_is_finished_later(void **state)
{
	struct reply reply;

	(void)state;
	local_send(&local, XS_WRITE, 0, "/a\0v", 4);
	local.to_len -= 2;
	support_run();
	live_update();
	memcpy(local.to, "\0v", 2);
	local.to_len = 2;
	server_mark_ready(&local.connection);
	support_run();
	assert_true(local_receive(&local, &reply));
	expect_ok(&reply);
	expect_text(ask(&local, XS_READ, 0, "/a\0"), "v");
}

static void rings_stay_connected(void **state)
{
	struct reply reply;

	(void)state;
	guest_start(3);
	guest_start(4);
	expect_ok(guest_ask(3, XS_WATCH, 0, "/local/domain/3/x\0t\0"));
	assert_true(guest_receive(3, &reply));
	expect_ok(ask(&local, XS_SET_TARGET, 0, "4\0003\0"));
	fake_domains[4].state.is_shut_down = true;
	domain_check_all(&server);
	guest_send(3, XS_GET_DOMAIN_PATH, 0, "3\0", 2);
	live_update();
	support_run();
	assert_true(guest_receive(3, &reply));
	expect_text(&reply, "/local/domain/3");
	expect_text(ask(&local, XS_IS_DOMAIN_INTRODUCED, 0, "4\0"), "T");
	assert_int_equal(domain_find(&server, 4)->connection.subject.target, 3);
	assert_true(domain_find(&server, 4)->is_shut_down);
}

/* Each prefix is refused; the clients that it brought are ended with the server. */
static void no_part_of_a_state_is_taken(void **state)
{
	struct state_bytes bytes;
	uint32_t t;

	(void)state;
	expect_ok(ask(&local, XS_WRITE, 0, "/a/b\0value"));
	t = start_transaction(&other);
	expect_ok(ask(&other, XS_WRITE, t, "/e/f\0new"));
	expect_ok(ask(&local, XS_WATCH, 0, "/a\0t\0"));
	expect_event(&local, "/a", "t");
	assert_int_equal(state_save(&server, &hooks, 5, &bytes), 0);
	for (size_t len = 0; len < bytes.len; len += 8) {
		struct connection *connection;

		while ((connection = TAILQ_FIRST(&server.connections)))
			connection_fini(connection);
		server_fini(&server);
		assert_int_equal(server_init(&server), 0);
		next_local = &local;
		assert_true(state_restore(&server, &hooks, bytes.bytes, len) < 0);
	}
	free(bytes.bytes);
	if (next_local == &local)
		support_start_local(&local);
}

int run_state(void)
{
	const struct CMUnitTest cases[] = {
		CASE(nodes_and_permissions_stay),
		CASE(watches_stay_with_waiting_events),
		CASE(transactions_stay_and_still_conflict),
		CASE(half_a_request_is_finished_later),
		CASE(rings_stay_connected),
		CASE(no_part_of_a_state_is_taken),
	};

	return cmocka_run_group_tests_name("state", cases, NULL, NULL);
}
