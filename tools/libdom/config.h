/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The syntax of xl.cfg and xl.conf: settings KEY=VALUE and KEY+=VALUE parted by newlines or
 * semicolons; a value is a string in either kind of quotes, a number (decimal, 0x hexadecimal, 0
 * octal), or a list of values in brackets; # begins a comment. What keys mean is keys.h's. Pure: text
 * in, tree or one failure with its line and column out. Each value knows where it was written.
 */
#ifndef LIBDOM_CONFIG_H
#define LIBDOM_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "libctl/failure.h"

#define CONFIG_BYTES_MAX (1U << 20)
#define CONFIG_DEPTH_MAX 8

enum config_kind { CONFIG_STRING, CONFIG_NUMBER, CONFIG_LIST };

struct config_place {
	const char *source; /* owned by the config */
	unsigned int line, column;
};

struct config_value {
	enum config_kind kind;
	struct config_place place;
	char *text;	/* of a string without its quotes and escapes, of a number as written */
	int64_t number; /* of a number */
	struct config_value *items;
	size_t nr_items;
};

struct config_setting {
	char *key;
	struct config_place place;
	struct config_value value;
};

struct config {
	struct config_setting *settings; /* each key once, in the order of first mention */
	size_t nr_settings;
	char **sources;
	size_t nr_sources;
};

/* Adds a text's settings; a key given again replaces, += appends to what was there (strings are
 * joined, lists get longer). On failure config has what stood before the fault; free it anyhow. */
int config_parse(struct config *config, const char *source, const char *text, size_t length,
		 struct failure *failure);
/* The same from a file; "-" is standard input. */
int config_read(struct config *config, const char *path, struct failure *failure);
void config_free(struct config *config);

/* NULL when it is not there. */
const struct config_setting *config_find(const struct config *config, const char *key);

/* "FILE:LINE:COLUMN" into buffer, and a failure of the configuration at that place. */
int config_fail(struct failure *failure, const struct config_place *place, const char *cause,
		const char *next);
const char *config_kind_name(enum config_kind kind);

#endif
