/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains: their rings, hostile ones, their ends. */
#include <string.h>
#include <time.h>

#include "cases.h"
#include "support.h"

static void introduction_connects_the_ring(void **state)
{
	(void)state;
	expect_text(ask(&local, XS_IS_DOMAIN_INTRODUCED, 0, "3\0"), "F");
	guest_start(3);
	assert_int_equal(fake_domains[3].ring->server_features, 7);
	assert_true(fake_domains[3].nr_notifications > 0);
	expect_text(ask(&local, XS_IS_DOMAIN_INTRODUCED, 0, "3\0"), "T");
	expect_text(guest_ask(3, XS_GET_DOMAIN_PATH, 0, "3\0"), "/local/domain/3");
	expect_ok(ask(&local, XS_RELEASE, 0, "3\0"));
	assert_false(fake_domains[3].is_mapped);
	assert_int_equal(fake_domains[3].port, 0);
	expect_text(ask(&local, XS_IS_DOMAIN_INTRODUCED, 0, "3\0"), "F");
	expect_error(ask(&local, XS_RELEASE, 0, "3\0"), "ENOENT");
}

static void introduction_of_nonsense_is_refused(void **state)
{
	(void)state;
	expect_error(ask(&local, XS_INTRODUCE, 0, "9\0001\0005\0"), "ENOENT");
	expect_error(ask(&local, XS_INTRODUCE, 0, "0\0001\0005\0"), "EINVAL");
	expect_error(ask(&local, XS_INTRODUCE, 0, "32752\0001\0005\0"), "EINVAL");
	expect_error(ask(&local, XS_INTRODUCE, 0, "x\0001\0005\0"), "EINVAL");
	expect_error(ask(&local, XS_INTRODUCE, 0, "9\0001\0"), "EINVAL");
	fake_domain_create(9);
	expect_error(ask(&local, XS_INTRODUCE, 0, "9\0001\00099\0"), "EINVAL");
	assert_false(fake_domains[9].is_mapped);
	fake_domains[9].state.is_dying = true;
	expect_error(ask(&local, XS_INTRODUCE, 0, "9\0001\0005\0"), "ENOENT");
	guest_start(3);
	expect_error(guest_ask(3, XS_INTRODUCE, 0, "4\0001\0005\0"), "EACCES");
}

static void large_messages_pass_the_small_ring(void **state)
{
	char text[2100];
	const struct reply *reply;

	(void)state;
	guest_start(3);
	expect_ok(ask(&local, XS_MKDIR, 0, "/local/domain/3\0"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/local/domain/3\0n3\0"));
	memset(text, 'x', sizeof(text));
	memcpy(text, "big", 4);
	expect_ok(guest_ask_bytes(3, XS_WRITE, 0, text, 2052));
	reply = guest_ask(3, XS_READ, 0, "big\0");
	assert_int_equal(reply->header.len, 2048);
	assert_memory_equal(reply->payload, text + 4, 2048);
}

static void impossible_indices_cut_and_a_new_start_heals(void **state)
{
	struct xenstore_domain_interface *ring;
	struct reply reply;

	(void)state;
	guest_start(3);
	ring = fake_domains[3].ring;
	expect_ok(guest_ask(3, XS_WATCH, 0, "x\0t\0"));
	assert_true(guest_receive(3, &reply));
	ring->req_prod = ring->req_cons + 5000;
	domain_handle_event(&server, 103);
	support_run();
	assert_int_equal(ring->error, XENSTORE_ERROR_RINGIDX);
	assert_int_equal(server.watches.nr_watches, 0);
	domain_handle_event(&server, 103);
	support_run();
	ring->connection = XENSTORE_RECONNECT;
	domain_handle_event(&server, 103);
	support_run();
	assert_int_equal(ring->connection, XENSTORE_CONNECTED);
	assert_int_equal(ring->error, XENSTORE_ERROR_NONE);
	expect_text(guest_ask(3, XS_GET_DOMAIN_PATH, 0, "3\0"), "/local/domain/3");
}

static void too_long_a_message_cuts(void **state)
{
	struct xsd_sockmsg header = {.type = XS_WRITE, .len = XENSTORE_PAYLOAD_MAX + 1};
	struct xenstore_domain_interface *ring;

	(void)state;
	guest_start(3);
	ring = fake_domains[3].ring;
	memcpy(ring->req, &header, sizeof(header));
	ring->req_prod = sizeof(header);
	domain_handle_event(&server, 103);
	support_run();
	assert_int_equal(ring->error, XENSTORE_ERROR_PROTO);
}

static void unread_replies_stop_the_reading(void **state)
{
	struct xenstore_domain_interface *ring;
	struct reply reply;
	unsigned int n = 0;

	(void)state;
	guest_start(3);
	ring = fake_domains[3].ring;
	for (int i = 0; i < 400; i++) {
		if (XENSTORE_RING_SIZE - (ring->req_prod - ring->req_cons) < 18)
			break;
		guest_send(3, XS_GET_DOMAIN_PATH, 0, "3\0", 2);
		support_run();
		n++;
	}
	assert_in_range(n, 40, 300);
	assert_int_equal(domain_find(&server, 3)->connection.nr_replies, 1);
	while (n--) {
		assert_true(guest_receive(3, &reply));
		support_run();
		expect_text(&reply, "/local/domain/3");
	}
	assert_false(guest_receive(3, &reply));
}

static void a_flood_leaves_others_their_turn(void **state)
{
	struct xsd_sockmsg header = {.type = XS_GET_DOMAIN_PATH, .len = 2};
	struct reply reply;

	(void)state;
	for (int i = 0; i < 500; i++)
		local_send(&other, XS_READ, 0, "/none\0", 6);
	guest_start(3);
	memcpy(fake_domains[3].ring->req, &header, sizeof(header));
	memcpy(fake_domains[3].ring->req + sizeof(header), "3", 2);
	fake_domains[3].ring->req_prod = sizeof(header) + 2;
	for (int i = 0; i < 500; i++)
		local_send(&other, XS_READ, 0, "/none\0", 6);
	domain_handle_event(&server, 103);
	server_turn(&server);
	server_turn(&server);
	assert_true(guest_receive(3, &reply));
	support_run();
	other.from_len = 0;
}

static void death_takes_all_that_was_the_domains(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_WATCH, 0, "@releaseDomain\0t\0"));
	expect_event(&local, "@releaseDomain", "t");
	guest_start(3);
	expect_ok(ask(&local, XS_WRITE, 0, "/local/domain/3/x\0v"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/local/domain/3\0n3\0"));
	expect_ok(ask(&local, XS_WRITE, 0, "/shared\0v"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/shared\0n0\0b3\0"));
	expect_ok(guest_ask(3, XS_WRITE, 0, "/shared/his\0v"));
	guest_ask(3, XS_TRANSACTION_START, 0, "\0");
	fake_domains[3].state.is_shut_down = true;
	domain_check_all(&server);
	expect_event(&local, "@releaseDomain", "t");
	domain_check_all(&server);
	expect_nothing(&local);
	expect_ok(ask(&local, XS_RESUME, 0, "3\0"));
	domain_check_all(&server);
	expect_event(&local, "@releaseDomain", "t");
	fake_domains[3].state.is_dying = true;
	domain_check_all(&server);
	expect_event(&local, "@releaseDomain", "t");
	assert_false(fake_domains[3].is_mapped);
	expect_text(ask(&local, XS_IS_DOMAIN_INTRODUCED, 0, "3\0"), "F");
	expect_error(ask(&local, XS_READ, 0, "/local/domain/3\0"), "ENOENT");
	expect_error(ask(&local, XS_READ, 0, "/shared/his\0"), "ENOENT");
	fake_domains[3].state.exists = false;
	domain_check_all(&server);
	expect_event(&local, "@releaseDomain", "t");
	assert_null(domain_find(&server, 3));
	assert_null(account_find(&server.store.accounts, 3));
	guest_start(3);
	expect_nothing(&local);
}

static void the_root_outlives_its_owner(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/\0n9\0"));
	expect_ok(ask(&local, XS_WRITE, 0, "/of/9\0v"));
	domain_check_all(&server);
	expect_error(ask(&local, XS_READ, 0, "/of/9\0"), "ENOENT");
	expect_ok(ask(&local, XS_WRITE, 0, "/x\0v"));
}

static void a_new_domain_does_not_inherit_a_dead_ones_permissions(void **state)
{
	(void)state;
	guest_start(3);
	expect_ok(ask(&local, XS_WRITE, 0, "/shared\0v"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/shared\0n0\0b3\0"));
	expect_text(guest_ask(3, XS_READ, 0, "/shared\0"), "v");
	fake_domains[3].state.exists = false;
	domain_check_all(&server);
	guest_start(3);
	expect_error(guest_ask(3, XS_READ, 0, "/shared\0"), "EACCES");
	expect_text(ask(&local, XS_GET_PERMS, 0, "/shared\0"), "n0");
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/shared\0n0\0b3\0"));
	expect_text(guest_ask(3, XS_READ, 0, "/shared\0"), "v");
}

static void nodes_of_a_domain_never_introduced_go_with_it(void **state)
{
	(void)state;
	fake_domain_create(6);
	expect_ok(ask(&local, XS_WRITE, 0, "/six\0v"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/six\0n6\0"));
	domain_check_all(&server);
	expect_text(ask(&local, XS_READ, 0, "/six\0"), "v");
	fake_domains[6].state.exists = false;
	domain_check_all(&server);
	expect_error(ask(&local, XS_READ, 0, "/six\0"), "ENOENT");
}

/* It may do so five times; then nothing of it is read until some time has passed. */
static void who_makes_transactions_fail_is_paused(void **state)
{
	struct timespec pause = {.tv_nsec = 60000000};
	struct reply reply;

	(void)state;
	guest_start(3);
	expect_ok(ask(&local, XS_MKDIR, 0, "/local/domain/3\0"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/local/domain/3\0n3\0"));
	for (int i = 0; i < 5; i++) {
		uint32_t t = start_transaction(&local);

		ask(&local, XS_READ, t, "/local/domain/3/x\0");
		if (i & 1)
			expect_ok(guest_ask(3, XS_RM, 0, "x\0"));
		else
			expect_ok(guest_ask(3, XS_WRITE, 0, "x\0v"));
		expect_error(ask(&local, XS_TRANSACTION_END, t, "T\0"), "EAGAIN");
	}
	guest_send(3, XS_GET_DOMAIN_PATH, 0, "3\0", 2);
	server_turn(&server);
	assert_false(guest_receive(3, &reply));
	nanosleep(&pause, NULL);
	support_run();
	assert_true(guest_receive(3, &reply));
}

static void features_are_set_before_introduction(void **state)
{
	(void)state;
	expect_text(ask(&local, 23, 0, "\0"), "7");
	expect_error(ask(&local, 24, 0, "3\0008\0"), "EINVAL");
	expect_ok(ask(&local, 24, 0, "3\0001\0"));
	guest_start(3);
	assert_int_equal(fake_domains[3].ring->server_features, 1);
	expect_text(ask(&local, 23, 0, "3\0"), "1");
	expect_error(ask(&local, 24, 0, "3\0001\0"), "EBUSY");
}

static void introducing_again_moves_to_the_new_port(void **state)
{
	(void)state;
	guest_start(3);
	expect_ok(ask(&local, XS_INTRODUCE, 0, "3\0001\0005\0"));
	expect_ok(ask(&local, XS_INTRODUCE, 0, "3\0001\0006\0"));
	assert_int_equal(domain_find(&server, 3)->remote_port, 6);
	expect_text(guest_ask(3, XS_GET_DOMAIN_PATH, 0, "3\0"), "/local/domain/3");
}

int run_domains(void)
{
	const struct CMUnitTest cases[] = {
		CASE(introduction_connects_the_ring),
		CASE(introduction_of_nonsense_is_refused),
		CASE(large_messages_pass_the_small_ring),
		CASE(impossible_indices_cut_and_a_new_start_heals),
		CASE(too_long_a_message_cuts),
		CASE(unread_replies_stop_the_reading),
		CASE(a_flood_leaves_others_their_turn),
		CASE(death_takes_all_that_was_the_domains),
		CASE(the_root_outlives_its_owner),
		CASE(a_new_domain_does_not_inherit_a_dead_ones_permissions),
		CASE(nodes_of_a_domain_never_introduced_go_with_it),
		CASE(who_makes_transactions_fail_is_paused),
		CASE(features_are_set_before_introduction),
		CASE(introducing_again_moves_to_the_new_port),
	};

	return cmocka_run_group_tests_name("domains", cases, NULL, NULL);
}
