/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listings are, byte for byte, what the peer's xl printed of the same machine (golden/), and every
 * command of its help is served or refused by name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "peer.h"
#include "tl/invocation.h"

#define GOLDEN "tests/unit/tl/golden/"

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t length = 0;

	if (!file)
		fail_msg("%s cannot be read", path);
	if (getdelim(&text, &length, '\0', file) < 0)
		fail_msg("%s is empty", path);
	fclose(file);
	return text;
}

static int run_words(struct invocation *invocation, const char *line, char *copy)
{
	char *words[8], *rest = strcpy(copy, line);
	int count = 0;

	while ((words[count] = strsep(&rest, " ")))
		count++;
	invocation->command = command_find(words[0]);
	if (!invocation->command || command_parse(invocation, count - 1, words + 1))
		return -1;
	return invocation->command->run(invocation);
}

/* What a command line prints; its failure fails. */
static char *run_line(const char *line)
{
	struct invocation invocation = {.program = "xl"};
	FILE *before = stdout;
	char copy[100], *text = NULL;
	size_t length;
	int ret;

	stdout = open_memstream(&text, &length);
	ret = run_words(&invocation, line, copy);
	fclose(stdout);
	stdout = before;
	invocation_close(&invocation);
	if (ret)
		fail_msg("%s: %s: %s", line, invocation.failure.object, invocation.failure.cause);
	return text;
}

static const char *skip_lines(const char *text, unsigned int count)
{
	while (count--)
		text = strchr(text, '\n') + 1;
	return text;
}

static void assert_golden(const char *line, const char *name, unsigned int skipped)
{
	char path[100], *expected, *text = run_line(line);

	snprintf(path, sizeof(path), GOLDEN "%s.txt", name);
	expected = read_text(path);
	assert_string_equal(skip_lines(text, skipped), skip_lines(expected, skipped));
	free(expected);
	free(text);
}

static void set_times(uint64_t dom0, uint64_t g1)
{
	peer.domains[0].cpu_time = dom0 * 100000000;
	peer.domains[1].cpu_time = g1 * 100000000;
}

static int set_up(void **state)
{
	(void)state;
	peer_reset();
	set_times(1520, 414);
	return 0;
}

static void domains_are_listed(void **state)
{
	(void)state;
	assert_golden("list", "list", 0);
	assert_golden("vm-list", "vm-list", 0);
	assert_golden("domid g1", "domid", 0);
	assert_golden("domname 1", "domname", 0);
	set_times(1522, 414);
	assert_golden("list -v", "list-v", 0);
}

static void vcpus_are_listed(void **state)
{
	(void)state;
	assert_golden("vcpu-list", "vcpu-list", 0);
}

/* The first lines are about dom0's own kernel. */
static void machine_is_described(void **state)
{
	(void)state;
	assert_golden("info", "info", 4);
	assert_golden("info -n", "info-n", 4);
}

static void weights_are_listed(void **state)
{
	(void)state;
	assert_golden("sched-credit", "sched-credit", 0);
	assert_golden("sched-credit -s", "sched-credit-s", 0);
	assert_golden("sched-credit -d g1", "sched-credit-d", 0);
	free(run_line("sched-credit -d g1 -w 512"));
	assert_int_equal(peer.weights[1], 512);
}

static void pools_are_listed(void **state)
{
	(void)state;
	assert_golden("cpupool-list", "cpupool-list", 0);
	assert_golden("cpupool-list -c", "cpupool-list-c", 0);
}

static void devices_have_xls_columns(void **state)
{
	(void)state;
	assert_golden("block-list g1", "block-list", 0);
	assert_golden("network-list g1", "network-list", 0);
}

/* As the peer was some commands later: g1 has another name, 100 MiB and one vcpu. */
static void memory_is_listed(void **state)
{
	(void)state;
	free(run_line("rename g1 g9"));
	peer.domains[1].tot_pages = 100 * 256;
	peer.domains[1].nr_online_vcpus = 1;
	set_times(1823, 434);
	assert_golden("sharing", "sharing", 0);
	assert_golden("claims", "claims", 0);
}

static bool is_in_sources(const char *name, glob_t *sources)
{
	char served[64], refused[64];
	bool found = false;

	snprintf(served, sizeof(served), ".name = \"%s\"", name);
	snprintf(refused, sizeof(refused), ", \"%s\",", name);
	for (size_t n = 0; !found && n < sources->gl_pathc; n++) {
		char *text = read_text(sources->gl_pathv[n]);

		found = strstr(text, served) ||
			(strstr(sources->gl_pathv[n], ".def") && strstr(text, refused));
		free(text);
	}
	return found;
}

static void every_command_of_xl_is_served_or_refused(void **state)
{
	char *names = read_text(GOLDEN "commands.txt"), *rest = names, *name;
	glob_t sources;

	(void)state;
	assert_int_equal(glob("tools/tl/*.c", 0, NULL, &sources), 0);
	assert_int_equal(glob("tools/tl/*.def", GLOB_APPEND, NULL, &sources), 0);
	while ((name = strsep(&rest, "\n")))
		if (*name && !is_in_sources(name, &sources))
			fail_msg("%s is in no row", name);
	globfree(&sources);
	free(names);
}

static void refusals_say_why(void **state)
{
	struct invocation invocation = {.program = "tl"};
	char copy[100];

	(void)state;
	assert_int_equal(run_words(&invocation, "migrate -e --live g1 host", copy), -1);
	assert_int_equal(invocation.failure.code, FAILURE_REFUSED);
	assert_string_equal(invocation.failure.stage, "migrate");
	assert_true(strlen(invocation.failure.cause) > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(domains_are_listed, set_up),
		cmocka_unit_test_setup(vcpus_are_listed, set_up),
		cmocka_unit_test_setup(machine_is_described, set_up),
		cmocka_unit_test_setup(weights_are_listed, set_up),
		cmocka_unit_test_setup(pools_are_listed, set_up),
		cmocka_unit_test_setup(devices_have_xls_columns, set_up),
		cmocka_unit_test_setup(memory_is_listed, set_up),
		cmocka_unit_test(every_command_of_xl_is_served_or_refused),
		cmocka_unit_test_setup(refusals_say_why, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
