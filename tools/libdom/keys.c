/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Settings to the members of a struct by rows, with the checks that a row alone can make.
 */
#include "libdom/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct keys_run {
	const struct key_row *row;
	void *member;
	struct strings *notes;
	struct failure *failure;
};

static int keys_fail(const struct keys_run *run, const struct config_place *place,
		     const char *cause, const char *next)
{
	char sentence[400];

	snprintf(sentence, sizeof(sentence), "`%s' %s", run->row->name, cause);
	return config_fail(run->failure, place, sentence, next);
}

static void keys_note(struct strings *notes, const struct config_place *place, const char *key,
		      const char *text)
{
	char *note = alloc_format("%s:%u:%u: `%s' %s", place->source, place->line, place->column,
				  key, text);

	strings_add(notes, note);
	free(note);
}

const struct key_row *keys_find(const struct key_table *table, const char *name)
{
	for (size_t n = 0; n < table->count; n++)
		if (!strcmp(table->rows[n].name, name))
			return &table->rows[n];
	return NULL;
}

bool keys_parse_number(const struct config_value *value, int64_t *number)
{
	char *end;

	if (value->kind == CONFIG_LIST || !*value->text)
		return false;
	errno = 0;
	*number = strtoll(value->text, &end, 0);
	return !*end && !errno;
}

static int take_text(const struct keys_run *run, const struct config_value *value)
{
	char **member = run->member;

	if (value->kind == CONFIG_LIST)
		return keys_fail(run, &value->place, "must be a string, not a list", "");
	free(*member);
	*member = alloc_text(value->text);
	return 0;
}

static int take_number(const struct keys_run *run, const struct config_value *value)
{
	const struct key_row *row = run->row;
	int64_t number;
	char cause[120];

	if (!keys_parse_number(value, &number))
		return keys_fail(run, &value->place, "must be a number", "");
	if (number < row->least || number > row->most) {
		snprintf(cause, sizeof(cause), "must be from %lld to %lld", (long long)row->least,
			 (long long)row->most);
		return keys_fail(run, &value->place, cause, "");
	}
	*(int64_t *)run->member = number;
	return 0;
}

static int take_boolean(const struct keys_run *run, const struct config_value *value)
{
	int64_t number;

	if (!keys_parse_number(value, &number))
		return keys_fail(run, &value->place, "must be 0 or 1", "");
	*(int64_t *)run->member = number != 0;
	return 0;
}

static int take_named(const struct keys_run *run, const struct config_value *value)
{
	const struct key_name *names = run->row->names;
	char expected[200] = "";
	int64_t number;
	bool is_number = keys_parse_number(value, &number);

	for (const struct key_name *name = names; name->name; name++) {
		if (value->kind == CONFIG_LIST)
			continue;
		if (!strcmp(name->name, value->text) || (is_number && number == name->number)) {
			*(int64_t *)run->member = name->number;
			return 0;
		}
	}
	for (const struct key_name *name = names; name->name; name++) {
		size_t length = strlen(expected);

		snprintf(expected + length, sizeof(expected) - length, "%s%s",
			 length ? ", " : "it is one of ", name->name);
	}
	return keys_fail(run, &value->place, "has a value that is not known", expected);
}

static int take_texts(const struct keys_run *run, const struct config_value *value)
{
	struct strings *member = run->member;

	strings_free(member);
	if (value->kind != CONFIG_LIST)
		return keys_fail(run, &value->place, "must be a list", "write [ 'VALUE', ... ]");
	for (size_t n = 0; n < value->nr_items; n++) {
		if (value->items[n].kind == CONFIG_LIST)
			return keys_fail(run, &value->items[n].place, "has a list in its list", "");
		strings_add(member, value->items[n].text);
	}
	return 0;
}

static int take_text_or_texts(const struct keys_run *run, const struct config_value *value)
{
	struct strings *member = run->member;

	if (value->kind == CONFIG_LIST)
		return take_texts(run, value);
	strings_free(member);
	strings_add(member, value->text);
	return 0;
}

static int (*const takers[])(const struct keys_run *run, const struct config_value *value) = {
	[KEY_TEXT] = take_text,	      [KEY_NUMBER] = take_number,
	[KEY_BOOLEAN] = take_boolean, [KEY_NAMED] = take_named,
	[KEY_TEXTS] = take_texts,     [KEY_TEXT_OR_TEXTS] = take_text_or_texts,
};

static bool is_set(const struct config_value *value)
{
	int64_t number;

	if (value->kind == CONFIG_LIST)
		return value->nr_items > 0;
	if (keys_parse_number(value, &number))
		return number != 0;
	return *value->text && strcmp(value->text, "none");
}

static int keys_take_setting(const struct key_table *table, const struct config_setting *setting,
			     struct keys_run *run, void *target)
{
	const struct key_row *row = run->row = keys_find(table, setting->key);

	if (!row) {
		char *text = alloc_format("is no key of %s; it has no effect", table->manual);

		keys_note(run->notes, &setting->place, setting->key, text);
		free(text);
		return 0;
	}
	run->member = (char *)target + row->offset;
	switch (row->use) {
	case KEY_SERVED:
		return takers[row->kind](run, &setting->value);
	case KEY_REFUSED_IF_SET:
		if (!is_set(&setting->value))
			return 0;
		return keys_fail(run, &setting->place, "cannot be had", row->note);
	case KEY_REFUSED:
		return keys_fail(run, &setting->place, "cannot be had", row->note);
	case KEY_UNUSED:
	case KEY_DEPRECATED:
		keys_note(run->notes, &setting->place, setting->key, row->note);
		return 0;
	}
	return 0;
}

int keys_take(const struct key_table *table, const struct config *config, void *target,
	      struct strings *notes, struct failure *failure)
{
	struct keys_run run = {.notes = notes, .failure = failure};

	for (size_t n = 0; n < config->nr_settings; n++)
		if (keys_take_setting(table, &config->settings[n], &run, target))
			return -1;
	return 0;
}
