/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Control commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cases.h"
#include "support.h"

static char folder[] = "/tmp/xenstored-test-XXXXXX";

static void check_and_help(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_CONTROL, 0, "check\0"));
	assert_non_null(strstr(ask(&local, XS_CONTROL, 0, "help\0")->payload, "memreport"));
	expect_error(ask(&local, XS_CONTROL, 0, "nonsense\0"), "EINVAL");
	expect_error(ask(&local, XS_CONTROL, 0, "\0"), "EINVAL");
	expect_error(local_ask(&local, XS_CONTROL, 0, "", 0), "EINVAL");
	expect_error(ask(&local, XS_CONTROL, 0, "check\0a\0b\0c\0d\0e\0f\0g\0h\0i\0"), "EINVAL");
	expect_text(ask(&local, XS_CONTROL, 0, "live-update\0-s\0"), "not here");
}

static void quotas_are_shown_and_set(void **state)
{
	(void)state;
	expect_ok(ask(&local, XS_CONTROL, 0, "quota\0set\0nodes\00017\0"));
	assert_int_equal(server.store.accounts.limit[QUOTA_NODES], 17);
	assert_non_null(strstr(ask(&local, XS_CONTROL, 0, "quota\0")->payload, "17"));
	expect_ok(ask(&local, XS_CONTROL, 0, "quota-soft\0set\0memory\00018\0"));
	assert_int_equal(server.store.accounts.limit[QUOTA_MEMORY_SOFT], 18);
	assert_non_null(strstr(ask(&local, XS_CONTROL, 0, "quota-soft\0")->payload, "18"));
	assert_non_null(strstr(ask(&local, XS_CONTROL, 0, "quota\0000\0")->payload, "Domain 0"));
	expect_error(ask(&local, XS_CONTROL, 0, "quota\0009\0"), "ENOENT");
	expect_error(ask(&local, XS_CONTROL, 0, "quota\0x\0"), "EINVAL");
	expect_error(ask(&local, XS_CONTROL, 0, "quota\0set\0x\0001\0"), "EINVAL");
	expect_error(ask(&local, XS_CONTROL, 0, "quota-soft\0set\0nodes\0001\0"), "EINVAL");
}

static size_t ask_with_file(const char *command, char *text, size_t size)
{
	int len = snprintf(text, size, "%s%c%s/file", command, 0, folder) + 1;

	expect_ok(local_ask(&local, XS_CONTROL, 0, text, (size_t)len));
	return strlen(command) + 1;
}

static void files_are_written(void **state)
{
	char text[4096] = "";
	size_t at;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	expect_error(ask(&local, XS_CONTROL, 0, "logfile\0\0"), "EINVAL");
	at = ask_with_file("logfile", text, sizeof(text));
	expect_ok(ask(&local, XS_CONTROL, 0, "log\0on\0"));
	expect_ok(ask(&local, XS_WRITE, 0, "/traced\0v"));
	expect_ok(ask(&local, XS_CONTROL, 0, "log\0off\0"));
	expect_ok(ask(&local, XS_CONTROL, 0, "memreport\0"));
	expect_error(ask(&local, XS_CONTROL, 0, "log\0maybe\0"), "EINVAL");
	expect_error(ask(&local, XS_CONTROL, 0, "memreport\0/none/none\0"), "ENOENT");
	file = fopen(text + at, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_non_null(strstr(text, "/traced"));
	assert_non_null(strstr(text, "nodes 2,"));
	snprintf(text, sizeof(text), "%s/file", folder);
	unlink(text);
	rmdir(folder);
}

int run_control(void)
{
	const struct CMUnitTest cases[] = {
		CASE(check_and_help),
		CASE(quotas_are_shown_and_set),
		CASE(files_are_written),
	};

	return cmocka_run_group_tests_name("control", cases, NULL, NULL);
}
