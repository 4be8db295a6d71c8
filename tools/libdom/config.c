/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From words to settings. One pass, one setting at a time; nested lists are limited in depth, so that
 * a hostile file cannot exhaust the stack.
 */
#include "libdom/config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"
#include "libdom/config_lex.h"

static const char *const stage = "reading the configuration";

const char *config_kind_name(enum config_kind kind)
{
	static const char *const names[] = {"a string", "a number", "a list"};

	return names[kind];
}

int config_fail(struct failure *failure, const struct config_place *place, const char *cause,
		const char *next)
{
	char object[200];

	if (place->line)
		snprintf(object, sizeof(object), "%.160s:%u:%u", place->source, place->line,
			 place->column);
	else
		snprintf(object, sizeof(object), "%.180s", place->source);
	return failure_set(failure, FAILURE_CONFIGURATION, stage, object, cause, next);
}

static void value_free(struct config_value *value)
{
	for (size_t n = 0; n < value->nr_items; n++)
		value_free(&value->items[n]);
	free(value->items);
	free(value->text);
	*value = (struct config_value){0};
}

void config_free(struct config *config)
{
	for (size_t n = 0; n < config->nr_settings; n++) {
		free(config->settings[n].key);
		value_free(&config->settings[n].value);
	}
	for (size_t n = 0; n < config->nr_sources; n++)
		free(config->sources[n]);
	free(config->settings);
	free(config->sources);
	*config = (struct config){0};
}

const struct config_setting *config_find(const struct config *config, const char *key)
{
	for (size_t n = 0; n < config->nr_settings; n++)
		if (!strcmp(config->settings[n].key, key))
			return &config->settings[n];
	return NULL;
}

static int expect_failed(struct config_lexer *lexer, const char *expected)
{
	bool wants_value = !strncmp(expected, "a string", 8);
	char cause[160];

	snprintf(cause, sizeof(cause), "%s where %s should stand", config_word_name(lexer->word),
		 expected);
	return config_fail(lexer->failure, &lexer->here, cause,
			   lexer->word == WORD_KEY && wants_value ? "put strings into quotes" : "");
}

static int parse_value(struct config_lexer *lexer, struct config_value *value, unsigned int depth);

/* Newlines count for nothing between brackets. */
static int read_within_list(struct config_lexer *lexer)
{
	int ret;

	while (!(ret = config_lexer_read(lexer)) && lexer->word == WORD_NEWLINE)
		;
	return ret;
}

/* After `['; ends after `]'. A comma may stand before the end. */
static int parse_list(struct config_lexer *lexer, struct config_value *value, unsigned int depth)
{
	value->kind = CONFIG_LIST;
	if (depth >= CONFIG_DEPTH_MAX)
		return config_fail(lexer->failure, &lexer->here, "lists are nested too deeply", "");
	if (read_within_list(lexer))
		return -1;
	while (lexer->word != WORD_CLOSE) {
		value->items = alloc_grow(value->items, value->nr_items, sizeof(*value->items));
		if (parse_value(lexer, &value->items[value->nr_items++], depth + 1) ||
		    read_within_list(lexer))
			return -1;
		if (lexer->word == WORD_CLOSE)
			break;
		if (lexer->word != WORD_COMMA)
			return expect_failed(lexer, "`,' or `]'");
		if (read_within_list(lexer))
			return -1;
	}
	return 0;
}

/* The lexer stands at the value's first word, and at its last one afterwards. */
static int parse_value(struct config_lexer *lexer, struct config_value *value, unsigned int depth)
{
	value->place = lexer->here;
	switch (lexer->word) {
	case WORD_OPEN:
		return parse_list(lexer, value, depth);
	case WORD_STRING:
	case WORD_NUMBER:
		value->kind = lexer->word == WORD_STRING ? CONFIG_STRING : CONFIG_NUMBER;
		value->text = lexer->text;
		value->number = lexer->number;
		lexer->text = NULL;
		return 0;
	default:
		return expect_failed(lexer, "a string, a number or a list");
	}
}

static struct config_setting *config_setting_get(struct config *config, const char *key)
{
	struct config_setting *setting = (struct config_setting *)config_find(config, key);

	if (setting)
		return setting;
	config->settings = alloc_grow(config->settings, config->nr_settings,
				      sizeof(*config->settings));
	setting = &config->settings[config->nr_settings++];
	setting->key = alloc_text(key);
	return setting;
}

/* value is taken over. */
static int setting_append(struct config_setting *setting, struct config_value *value,
			  struct failure *failure)
{
	struct config_value *old = &setting->value;

	if (value->kind != old->kind || value->kind == CONFIG_NUMBER) {
		char cause[160];

		snprintf(cause, sizeof(cause), "%s cannot be appended to %s",
			 config_kind_name(value->kind), config_kind_name(old->kind));
		config_fail(failure, &value->place, cause, "");
		value_free(value);
		return -1;
	}
	if (value->kind == CONFIG_STRING) {
		char *joined = alloc_format("%s%s", old->text, value->text);

		free(old->text);
		old->text = joined;
		value_free(value);
		return 0;
	}
	for (size_t n = 0; n < value->nr_items; n++) {
		old->items = alloc_grow(old->items, old->nr_items, sizeof(*old->items));
		old->items[old->nr_items++] = value->items[n];
	}
	free(value->items);
	return 0;
}

static int config_put(struct config *config, const char *key, const struct config_place *place,
		      bool append, struct config_value *value, struct failure *failure)
{
	const struct config_setting *there = config_find(config, key);
	struct config_setting *setting = config_setting_get(config, key);

	if (append && there)
		return setting_append(setting, value, failure);
	value_free(&setting->value);
	setting->value = *value;
	setting->place = *place;
	return 0;
}

/* The lexer stands at the key, and at the word behind the value afterwards. */
static int parse_setting(struct config *config, struct config_lexer *lexer)
{
	struct config_value value = {0};
	struct config_place place = lexer->here;
	char *key = lexer->text;
	bool append;
	int ret = -1;

	lexer->text = NULL;
	if (config_lexer_read(lexer))
		goto out;
	append = lexer->word == WORD_APPEND;
	if (lexer->word != WORD_EQUALS && !append) {
		expect_failed(lexer, "`=' after the key");
		goto out;
	}
	if (config_lexer_read(lexer) || parse_value(lexer, &value, 0)) {
		value_free(&value);
		goto out;
	}
	ret = config_put(config, key, &place, append, &value, lexer->failure);
	if (!ret)
		ret = config_lexer_read(lexer);
out:
	free(key);
	return ret;
}

static int parse_settings(struct config *config, struct config_lexer *lexer)
{
	if (config_lexer_read(lexer))
		return -1;
	while (lexer->word != WORD_END) {
		if (lexer->word == WORD_NEWLINE || lexer->word == WORD_SEMICOLON) {
			if (config_lexer_read(lexer))
				return -1;
			continue;
		}
		if (lexer->word != WORD_KEY)
			return expect_failed(lexer, "a key");
		if (parse_setting(config, lexer))
			return -1;
		if (lexer->word != WORD_NEWLINE && lexer->word != WORD_SEMICOLON &&
		    lexer->word != WORD_END)
			return expect_failed(lexer, "a newline or `;'");
	}
	return 0;
}

int config_parse(struct config *config, const char *source, const char *text, size_t length,
		 struct failure *failure)
{
	struct config_place whole = {.source = source};
	struct config_lexer lexer;
	int ret;

	if (length > CONFIG_BYTES_MAX)
		return config_fail(failure, &whole, "larger than a megabyte", "");
	if (memchr(text, '\0', length))
		return config_fail(failure, &whole, "this is not a text file", "");
	config->sources = alloc_grow(config->sources, config->nr_sources, sizeof(*config->sources));
	config->sources[config->nr_sources++] = alloc_text(source);
	config_lexer_init(&lexer, config->sources[config->nr_sources - 1], text, length, failure);
	ret = parse_settings(config, &lexer);
	config_lexer_fini(&lexer);
	return ret;
}

static int config_read_stream(struct config *config, const char *name, FILE *stream,
			      struct failure *failure)
{
	char *text = alloc_zeroed(1, CONFIG_BYTES_MAX + 2);
	size_t length = fread(text, 1, CONFIG_BYTES_MAX + 1, stream);
	int ret;

	if (ferror(stream))
		ret = failure_set_errno(failure, FAILURE_CONFIGURATION, errno, stage, name, "");
	else
		ret = config_parse(config, name, text, length, failure);
	free(text);
	return ret;
}

int config_read(struct config *config, const char *path, struct failure *failure)
{
	FILE *stream;
	int ret;

	if (!strcmp(path, "-"))
		return config_read_stream(config, "standard input", stdin, failure);
	stream = fopen(path, "re");
	if (!stream)
		return failure_set_errno(
			failure, errno == ENOENT ? FAILURE_NOT_FOUND : FAILURE_CONFIGURATION, errno,
			stage, path, "name a file that can be read");
	ret = config_read_stream(config, path, stream, failure);
	fclose(stream);
	return ret;
}
