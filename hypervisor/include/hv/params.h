/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot options, in the peer's names and syntax. Each is a row in a linker
 * array, declared beside the variable it sets; unknown options are named in a
 * warning, malformed ones too and their default stands.
 */
#ifndef HV_PARAMS_H
#define HV_PARAMS_H

#include "hv/types.h"

enum parameter_type {
	PARAMETER_BOOLEAN,
	PARAMETER_INTEGER,
	PARAMETER_SIZE,
	PARAMETER_STRING,
	PARAMETER_CUSTOM
};

struct parameter {
	const char *name;
	enum parameter_type type;
	uint32_t bytes; /* of the variable */
	void *variable; /* bool, unsigned integer of `bytes`, or char[bytes] */
	/* CUSTOM: value is "" for a bare word, "no" for no-name; 0 or -EINVAL. Called once per appearance. */
	int (*parse)(const char *value);
	const char *help;
};

#define PARAMETER_ROW(c_name, ...)                                                 \
	static const struct parameter parameter_##c_name in_section(".parameters") \
		aligned_to(8) = {__VA_ARGS__}
#define BOOLEAN_PARAMETER(option, var, text)                                                \
	PARAMETER_ROW(var, .name = option, .type = PARAMETER_BOOLEAN, .bytes = sizeof(var), \
		      .variable = &(var), .help = text)
#define INTEGER_PARAMETER(option, var, text)                                                \
	PARAMETER_ROW(var, .name = option, .type = PARAMETER_INTEGER, .bytes = sizeof(var), \
		      .variable = &(var), .help = text)
#define SIZE_PARAMETER(option, var, text)                                                \
	PARAMETER_ROW(var, .name = option, .type = PARAMETER_SIZE, .bytes = sizeof(var), \
		      .variable = &(var), .help = text)
#define STRING_PARAMETER(option, var, text)                                                \
	PARAMETER_ROW(var, .name = option, .type = PARAMETER_STRING, .bytes = sizeof(var), \
		      .variable = (var), .help = text)
#define CUSTOM_PARAMETER(option, function, text)                                             \
	PARAMETER_ROW(function, .name = option, .type = PARAMETER_CUSTOM, .parse = function, \
		      .help = text)

/* The linker's array of rows. */
extern const struct parameter parameters_start[], parameters_end[];

/* The same over any array of rows: what parameters_parse() is made of. */
void parameters_parse_rows(const struct parameter *rows, size_t nr_rows, const char *command_line);
/* "yes", "on", "true", "enable", "1" and "no", "off", "false", "disable", "0". -EINVAL. */
int must_check parameter_parse_boolean(const char *text, bool *value);
/* Whether a comma-separated list has the item. */
bool parameter_list_has(const char *list, const char *item);

/* Parses the whole command line (behind the image's name); prints a warning for each option it can't use. Pure but for the rows. */
void parameters_parse(const char *command_line);
/* "4G", "512M", "1024" (KiB like the peer's sizes without suffix): bytes. -EINVAL. */
int must_check parameter_parse_size(const char *text, const char **end, uint64_t *bytes);
/* The whole line as the administrator gave it (XENVER_commandline). */
extern char boot_command_line[2048];

#endif
