/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of xl.cfg(5) as a table, and the struct that they fill.
 */
#include <stdlib.h>
#include <string.h>

#include "libdom/keys.h"
#include "libdom/plan.h"

const struct key_name plan_action_names[] = {
	{"destroy", ACTION_DESTROY},
	{"restart", ACTION_RESTART},
	{"rename-restart", ACTION_RENAME_RESTART},
	{"preserve", ACTION_PRESERVE},
	{"coredump-destroy", ACTION_COREDUMP_DESTROY},
	{"coredump-restart", ACTION_COREDUMP_RESTART},
	{"soft-reset", ACTION_SOFT_RESET},
	{NULL, 0},
};

const struct key_name plan_type_names[] = {
	{"pv", PLAN_PV},
	{"pvh", PLAN_PVH},
	{"hvm", PLAN_HVM},
	{NULL, 0},
};

/* The numbers are those of XEN_DOMCTL_settscinfo. */
const struct key_name plan_tsc_names[] = {
	{"default", 0},
	{"always_emulate", 1},
	{"native", 2},
	{NULL, 0},
};

static const struct key_name builder_names[] = {
	{"generic", PLAN_PV},
	{"linux", PLAN_PV},
	{"hvm", PLAN_HVM},
	{NULL, 0},
};

static const struct key_name passthrough_names[] = {
	{"disabled", 0},
	{"default", 0},
	{NULL, 0},
};

#define SERVED(key, of, kind_, least_, most_, names_, note_)                          \
	{#key,	 KEY_SERVED, KEY_##of, KEY_##kind_, offsetof(struct guest_keys, key), \
	 least_, most_,	     names_,   note_},
#define REFUSED(key, of, note_) {#key, KEY_REFUSED, KEY_##of, 0, 0, 0, 0, NULL, note_},
#define REFUSED_IF_SET(key, of, note_) \
	{#key, KEY_REFUSED_IF_SET, KEY_##of, 0, 0, 0, 0, NULL, note_},
#define UNUSED(key, of, note_) {#key, KEY_UNUSED, KEY_##of, 0, 0, 0, 0, NULL, note_},
#define DEPRECATED(key, of, note_) {#key, KEY_DEPRECATED, KEY_##of, 0, 0, 0, 0, NULL, note_},
static const struct key_row rows[] = {
#include "libdom/keys.def"
};

const struct key_table guest_key_table = {rows, sizeof(rows) / sizeof(rows[0]), "xl.cfg(5)"};

void guest_keys_init(struct guest_keys *keys)
{
	*keys = (struct guest_keys){0};
	for (size_t n = 0; n < guest_key_table.count; n++) {
		if (rows[n].use == KEY_SERVED &&
		    (rows[n].kind == KEY_NUMBER || rows[n].kind == KEY_BOOLEAN ||
		     rows[n].kind == KEY_NAMED))
			*(int64_t *)((char *)keys + rows[n].offset) = PLAN_UNSET;
	}
	keys->rtc_timeoffset = 0;
}

void guest_keys_free(struct guest_keys *keys)
{
	for (size_t n = 0; n < guest_key_table.count; n++) {
		void *member = (char *)keys + rows[n].offset;

		if (rows[n].use != KEY_SERVED)
			continue;
		if (rows[n].kind == KEY_TEXT)
			free(*(char **)member);
		else if (rows[n].kind == KEY_TEXTS || rows[n].kind == KEY_TEXT_OR_TEXTS)
			strings_free(member);
	}
}
