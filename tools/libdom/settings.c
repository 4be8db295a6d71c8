/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xl.conf by rows.
 */
#include "libdom/settings.h"

#include <stdlib.h>

#include "libdom/cpulist.h"
#include "libdom/keys.h"

static const struct key_name domid_names[] = {{"xen", 0}, {"random", 1}, {NULL, 0}};

static const struct key_name autoballoon_names[] = {
	{"off", AUTOBALLOON_OFF},
	{"on", AUTOBALLOON_ON},
	{"auto", AUTOBALLOON_AUTO},
	{NULL, 0},
};

static const struct key_name output_names[] = {
	{"json", OUTPUT_JSON}, {"sxp", OUTPUT_SXP}, {NULL, 0}};

#define SETTING(key, kind_, member, names_)                                        \
	{key, KEY_SERVED, KEY_ALL, KEY_##kind_, offsetof(struct settings, member), \
	 0,   INT32_MAX,  names_,  NULL},
#define SETTING_UNUSED(key, note_) {key, KEY_UNUSED, KEY_ALL, 0, 0, 0, 0, NULL, note_},
static const struct key_row rows[] = {
#include "libdom/settings.def"
};

static const struct key_table table = {rows, sizeof(rows) / sizeof(rows[0]), "xl.conf(5)"};

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.autoballoon = AUTOBALLOON_AUTO,
		.claim = 1,
		.max_grant_frames = -1,
		.max_maptrack_frames = -1,
		.max_grant_version = -1,
	};
}

void settings_free(struct settings *settings)
{
	for (size_t n = 0; n < table.count; n++) {
		char **member = (char **)((char *)settings + rows[n].offset);

		if (rows[n].use != KEY_SERVED || rows[n].kind != KEY_TEXT)
			continue;
		free(*member);
		*member = NULL;
	}
}

static int check_cpumasks(const struct settings *settings, struct failure *failure)
{
	const struct {
		const char *name, *text;
	} masks[] = {
		{"vm.cpumask", settings->cpumask},
		{"vm.pv.cpumask", settings->cpumask_pv},
		{"vm.hvm.cpumask", settings->cpumask_hvm},
	};
	const char *cause;

	for (size_t n = 0; n < sizeof(masks) / sizeof(masks[0]); n++)
		if (masks[n].text && cpulist_parse(masks[n].text, NULL, NULL, &cause))
			return failure_set(failure, FAILURE_CONFIGURATION, "reading the settings",
					   masks[n].name, cause, "write it like \"0-3,^1\"");
	return 0;
}

int settings_take(struct settings *settings, const struct config *config, struct strings *notes,
		  struct failure *failure)
{
	if (keys_take(&table, config, settings, notes, failure))
		return -1;
	if (settings->output_format == OUTPUT_SXP)
		strings_add(notes, "xl.conf: `output_format' sxp is not served; it is JSON");
	return check_cpumasks(settings, failure);
}

int settings_read(struct settings *settings, const char *path, struct strings *notes,
		  struct failure *failure)
{
	struct config config = {0};
	int ret = config_read(&config, path, failure);

	if (ret && failure->code == FAILURE_NOT_FOUND) {
		failure->code = FAILURE_NONE;
		ret = 0;
	} else if (!ret) {
		ret = settings_take(settings, &config, notes, failure);
	}
	config_free(&config);
	return ret;
}
