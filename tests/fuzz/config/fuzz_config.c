/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes configuration files down to the plan: either there is a plan that can be saved and loaded,
 * or a failure with a cause and a place. CPU lists and cpuid are reached through it as well.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/cpulist.h"
#include "libdom/plan.h"
#include "libdom/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_plan(const struct plan *plan)
{
	struct failure failure = {0};
	json_t *saved = plan_save(plan), *described = plan_describe(plan, PLAN_FORM_MADE, NULL);
	struct plan again;

	if (plan_load(&again, saved, &failure))
		abort();
	plan_free(&again);
	json_decref(described);
	json_decref(saved);
}

static void check_lists(const char *text)
{
	struct cpulist_machine machine = {.nr_cpus = 100};
	struct policy_changes changes = {0};
	uint8_t map[CPULIST_BYTES];
	const char *cause = NULL;
	char formatted[32];

	if (cpulist_parse(text, &machine, map, &cause) && !cause)
		abort();
	cpulist_format(map, 100, formatted, sizeof(formatted));
	if (policy_parse(text, &changes, &cause) && !cause)
		abort();
	policy_changes_free(&changes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct config config = {0};
	struct settings settings;
	struct strings notes = {0};
	struct failure failure = {0};
	struct plan plan = {0};
	char *text = alloc_text_of((const char *)data, bytes);

	settings_init(&settings);
	check_lists(text);
	if (config_parse(&config, "fuzz", (const char *)data, bytes, &failure) ||
	    plan_make(&plan, &config, &settings, "/", &notes, &failure)) {
		if (failure.code == FAILURE_NONE || !*failure.cause || !*failure.object)
			abort();
	} else {
		check_plan(&plan);
	}
	plan_free(&plan);
	strings_free(&notes);
	config_free(&config);
	settings_free(&settings);
	free(text);
	return 0;
}
