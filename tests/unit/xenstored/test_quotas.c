/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Quotas: a guest meets each of them, domain 0 none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "support.h"

static const struct reply *numbered(uint16_t domid, uint32_t type, uint32_t transaction,
				    const char *format, int number)
{
	char text[64];
	int len = snprintf(text, sizeof(text), format, number) + 1;

	return guest_ask_bytes(domid, type, transaction, text, (size_t)len);
}

static void start(void)
{
	guest_start(3);
	expect_ok(ask(&local, XS_MKDIR, 0, "/local/domain/3\0"));
	expect_ok(ask(&local, XS_SET_PERMS, 0, "/local/domain/3\0n3\0"));
}

static void set_quota(const char *name, int value)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%s%c%d", name, 0, value) + 1;

	expect_ok(local_ask(&local, 26, 0, text, (size_t)len));
}

static void nodes(void **state)
{
	uint32_t t;

	(void)state;
	start();
	set_quota("nodes", 10);
	for (int i = 0; i < 9; i++)
		expect_ok(numbered(3, XS_MKDIR, 0, "n%d", i));
	expect_error(guest_ask(3, XS_MKDIR, 0, "n9\0"), "ENOSPC");
	expect_ok(guest_ask(3, XS_WRITE, 0, "n8\0v"));
	expect_ok(guest_ask(3, XS_RM, 0, "n8\0"));
	t = (uint32_t)atoi(guest_ask(3, XS_TRANSACTION_START, 0, "\0")->payload);
	expect_ok(guest_ask(3, XS_MKDIR, t, "x\0"));
	expect_error(guest_ask(3, XS_MKDIR, t, "y\0"), "ENOSPC");
	expect_ok(guest_ask(3, XS_MKDIR, 0, "z\0"));
	expect_error(guest_ask(3, XS_TRANSACTION_END, t, "T\0"), "ENOSPC");
	expect_ok(ask(&local, 26, 0, "3\0nodes\0000\0"));
	expect_ok(guest_ask(3, XS_MKDIR, 0, "more/and/more\0"));
	expect_text(ask(&local, 25, 0, "3\0nodes\0"), "0");
	expect_text(ask(&local, 25, 0, "nodes\0"), "10");
}

static void sizes(void **state)
{
	char text[4096];

	(void)state;
	start();
	memset(text, 'x', sizeof(text));
	memcpy(text, "v", 2);
	expect_error(guest_ask_bytes(3, XS_WRITE, 0, text, 2051), "ENOSPC");
	expect_ok(guest_ask_bytes(3, XS_WRITE, 0, text, 2050));
	memcpy(text, "/v", 3);
	expect_ok(local_ask(&local, XS_WRITE, 0, text, 4096));
	expect_error(guest_ask(3, XS_SET_PERMS, 0, "v\0n3\0r1\0r2\0r4\0r5\0r6\0"), "ENOSPC");
	set_quota("path-max", 20);
	expect_error(guest_ask(3, XS_READ, 0, "way/too/long\0"), "EINVAL");
}

static void watches(void **state)
{
	struct reply reply;

	(void)state;
	start();
	set_quota("watches", 3);
	for (int i = 0; i < 3; i++) {
		expect_ok(numbered(3, XS_WATCH, 0, "n%d/x%c", i));
		assert_true(guest_receive(3, &reply));
	}
	expect_error(guest_ask(3, XS_WATCH, 0, "n4\0t\0"), "E2BIG");
}

static void transactions(void **state)
{
	uint32_t t = 0;

	(void)state;
	start();
	set_quota("transactions", 2);
	for (int i = 0; i < 2; i++)
		t = (uint32_t)atoi(guest_ask(3, XS_TRANSACTION_START, 0, "\0")->payload);
	expect_error(guest_ask(3, XS_TRANSACTION_START, 0, "\0"), "ENOSPC");
	set_quota("transaction-nodes", 5);
	for (int i = 0; i < 5; i++)
		expect_error(numbered(3, XS_READ, t, "n%d", i), "ENOENT");
	expect_error(guest_ask(3, XS_READ, t, "n6\0"), "ENOSPC");
	expect_ok(guest_ask(3, XS_TRANSACTION_END, t, "F\0"));
	guest_ask(3, XS_TRANSACTION_START, 0, "\0");
}

static void memory(void **state)
{
	int i;

	(void)state;
	start();
	set_quota("memory", 10000);
	for (i = 0; i < 1000; i++)
		if (numbered(3, XS_MKDIR, 0, "n%d", i)->header.type == XS_ERROR)
			break;
	assert_in_range(i, 20, 100);
	expect_error(guest_ask(3, XS_TRANSACTION_START, 0, "\0"), "ENOSPC");
	expect_error(guest_ask(3, XS_WATCH, 0, "x\0t\0"), "E2BIG");
	expect_ok(guest_ask(3, XS_RM, 0, "n0\0"));
}

static void their_names_are_told(void **state)
{
	const struct reply *reply;

	(void)state;
	reply = ask(&local, 25, 0, "\0");
	assert_non_null(strstr(reply->payload, "nodes node-size permissions"));
	expect_error(ask(&local, 25, 0, "none\0"), "EINVAL");
	expect_error(ask(&local, 25, 0, "9\0nodes\0"), "ENOENT");
	expect_error(ask(&local, 26, 0, "nodes\0x\0"), "EINVAL");
}

int run_quotas(void)
{
	const struct CMUnitTest cases[] = {
		CASE(nodes),	    CASE(sizes),  CASE(watches),
		CASE(transactions), CASE(memory), CASE(their_names_are_told),
	};

	return cmocka_run_group_tests_name("quotas", cases, NULL, NULL);
}
