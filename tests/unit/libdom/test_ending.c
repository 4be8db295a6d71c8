/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done when guests end. */
#include "libdom.h"

#include <stdlib.h>

#include <xen/sched.h>

#include "libdom/ending.h"

/* exists, dying, shut down, complete, attended, creator */
static enum ending_verdict judge(bool exists, bool dying, bool shut_down, bool complete,
				 bool attended, bool creator)
{
	struct ending_facts facts = {
		.exists = exists,
		.is_dying = dying,
		.has_shut_down = shut_down,
		.is_complete = complete,
		.is_attended = attended,
		.has_creator = creator,
	};

	return ending_judge(&facts);
}

static void ending_of_what_runs_is_none(void **state)
{
	(void)state;
	assert_int_equal(judge(1, 0, 0, 1, 1, 0), ENDING_NONE);
	assert_int_equal(judge(1, 0, 0, 0, 1, 1), ENDING_NONE);
	assert_int_equal(judge(0, 0, 0, 0, 1, 1), ENDING_NONE);
	assert_int_equal(judge(1, 0, 1, 1, 0, 0), ENDING_NONE);
}

static void ending_of_half_made_domains_is_destruction(void **state)
{
	(void)state;
	assert_int_equal(judge(1, 0, 0, 0, 1, 0), ENDING_DESTROY);
	assert_int_equal(judge(1, 1, 0, 1, 1, 0), ENDING_DESTROY);
	assert_int_equal(judge(1, 1, 1, 1, 0, 0), ENDING_DESTROY);
	assert_int_equal(judge(0, 0, 0, 0, 1, 0), ENDING_CLEAR);
	assert_int_equal(judge(0, 0, 0, 1, 1, 0), ENDING_CLEAR);
}

static void ending_of_shut_down_guests_is_the_plans(void **state)
{
	struct plan plan = {
		.on_poweroff = ACTION_DESTROY,
		.on_reboot = ACTION_RESTART,
		.on_crash = ACTION_COREDUMP_RESTART,
		.on_watchdog = ACTION_RENAME_RESTART,
		.on_soft_reset = ACTION_RESTART,
	};

	(void)state;
	assert_int_equal(judge(1, 0, 1, 1, 1, 0), ENDING_ACT);
	assert_int_equal(ending_action(&plan, SHUTDOWN_poweroff), ACTION_DESTROY);
	assert_int_equal(ending_action(&plan, SHUTDOWN_reboot), ACTION_RESTART);
	assert_int_equal(ending_action(&plan, SHUTDOWN_crash), ACTION_COREDUMP_RESTART);
	assert_int_equal(ending_action(&plan, SHUTDOWN_watchdog), ACTION_RENAME_RESTART);
	assert_int_equal(ending_action(&plan, SHUTDOWN_soft_reset), ACTION_RESTART);
	assert_int_equal(ending_action(&plan, SHUTDOWN_suspend), ACTION_PRESERVE);
	assert_int_equal(ending_action(&plan, 77), ACTION_COREDUMP_RESTART);
	assert_string_equal(ending_reason_name(SHUTDOWN_crash), "crash");
	assert_string_equal(ending_reason_name(77), "unknown");
}

static void ending_names_of_preserved_guests_say_when(void **state)
{
	char *name = ending_preserved_name("web", 1795179968);

	(void)state;
	assert_string_equal(name, "web-20261120T1306Z");
	free(name);
}

int test_ending(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ending_of_what_runs_is_none),
		cmocka_unit_test(ending_of_half_made_domains_is_destruction),
		cmocka_unit_test(ending_of_shut_down_guests_is_the_plans),
		cmocka_unit_test(ending_names_of_preserved_guests_say_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
