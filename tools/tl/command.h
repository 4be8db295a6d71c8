/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of tl is one file with one descriptor: COMMAND(list) = { ... }. Descriptors are collected
 * by the linker, so a new file in this folder is a new command and nothing else is edited. Help, the
 * man page tl.1, completion and the errors of usage are printed from the descriptors.
 *
 * A handler returns 0, or -1 with invocation->failure filled (main prints it once), or a code of its
 * own from 1 up when it has said all there is to say. Exit codes are xl's: 2 when options are wrong
 * or operands missing, 1 for all other failures, and what a row or a handler says where xl has yet
 * another; docs/design/tl.md has the table.
 */
#ifndef TL_COMMAND_H
#define TL_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libctl/failure.h"

struct ctl;
struct store;
struct settings;
struct invocation;

struct command_option {
	char letter;	      /* -l, or 0 */
	const char *name;     /* --long without its dashes, or NULL */
	const char *argument; /* what the value is called in the help: "FILE"; NULL: a switch */
	const char *help;     /* one line, lower case, no full stop */
};

enum command_group {
	COMMAND_GROUP_DOMAIN, /* order of the long help and of the man page */
	COMMAND_GROUP_DEVICE,
	COMMAND_GROUP_HOST,
	COMMAND_GROUP_SCHEDULER,
	COMMAND_GROUP_POOL,
	COMMAND_GROUP_TOOL, /* of tl itself: help, monitor, completion */
};

#define COMMAND_JSON 0x01    /* has --json; invocation->json */
#define COMMAND_SHORT 0x02   /* listed in the short help */
#define COMMAND_CHANGES 0x04 /* with the global -N (dry run) it is not run */
#define COMMAND_HIDDEN 0x08  /* for tl's own use: in no help, no completion */
#define COMMAND_REFUSED 0x10 /* one of xl's that there is not: its words are not looked at */
/* Neither is listed or completed. */
#define COMMAND_UNLISTED (COMMAND_HIDDEN | COMMAND_REFUSED)

struct command {
	const char *name;
	const char *aliases[3];	  /* ended by NULL when fewer */
	enum command_group group; /* needed */
	unsigned int flags;	  /* COMMAND_* */
	const char *operands;	  /* of the synopsis, without options: "DOMAIN [VCPU]"; "" */
	int least, most;	  /* number of operands; most -1: no end */
	int option_exit;	  /* when an option is wrong; 0: 2 */
	int operand_exit;	  /* when operands are missing; 0: 2 */
	const char *summary;	  /* one line: "list domains" */
	const char
		*description; /* of the man page: sentences, paragraphs parted by \n\n; or NULL */
	/* Ended by a row with neither letter nor name; NULL for none. The index in this table is the
	 * option's number: use an enum. */
	const struct command_option *options;
	int (*run)(struct invocation *invocation);
};

/* Defines the descriptor of a command: COMMAND(vcpu_list) = {.name = "vcpu-list", ...}; */
#define COMMAND(symbol)                                                               \
	static const struct command tl_command_##symbol;                              \
	static const struct command *const tl_row_##symbol                            \
		__attribute__((used, section("tl_commands"))) = &tl_command_##symbol; \
	static const struct command tl_command_##symbol

#define COMMAND_OPTIONS_MAX 32
#define COMMAND_GIVEN_MAX 256

/* An option as it was met. */
struct command_given {
	unsigned int option;
	const char *value;
};

struct invocation {
	const struct command *command;
	const char *program; /* "tl" or "xl" */
	int argc;	     /* operands only */
	char **argv;
	bool json, verbose, dry_run, force, progress_always, timestamps;
	struct failure failure;
	int exit_code; /* what a failure ends with; 0: 1 */
	/* What follows is command.c's. */
	unsigned int option_counts[COMMAND_OPTIONS_MAX];
	const char *option_values[COMMAND_OPTIONS_MAX]; /* of the last time it was given */
	struct command_given given[COMMAND_GIVEN_MAX];	/* all of them, in their order */
	unsigned int nr_given;
	struct ctl *ctl;
	struct store *store;
	struct settings *settings;
};

/* How many times an option was given. */
unsigned int invocation_option(const struct invocation *invocation, unsigned int option);
/* The value of its last time; NULL when it was not given. */
const char *invocation_value(const struct invocation *invocation, unsigned int option);
/* The value as a number from least to most (decimal, 0x, 0 octal); `otherwise' when not given. */
int invocation_number(struct invocation *invocation, unsigned int option, int64_t least,
		      int64_t most, int64_t otherwise, int64_t *value);

/* Opened when first asked for, closed by main. -1 with the failure filled. */
int invocation_open_ctl(struct invocation *invocation, struct ctl **ctl);
int invocation_open_store(struct invocation *invocation, struct store **store);
/* /etc/xen/xl.conf; a missing file is all defaults. */
int invocation_open_settings(struct invocation *invocation, const struct settings **settings);

/* A domain by number (digits only) or name. -1 and FAILURE_NOT_FOUND when there is none. */
int invocation_find_domain(struct invocation *invocation, const char *text, uint32_t *domid);
/* The same, and refuses dom0, which nobody pauses or destroys by mistake. */
int invocation_find_guest(struct invocation *invocation, const char *text, uint32_t *domid);

/* An operand is wrong: fills a failure of usage and returns -1. */
int invocation_refuse(struct invocation *invocation, const char *object, const char *cause);
/* errno after a ctl_ or system call: FAILURE_NOT_FOUND for ESRCH, FAILURE_REFUSED otherwise. */
int invocation_fail_errno(struct invocation *invocation, const char *stage, const char *object);

/* Numbers in operands: all of text; decimal, hexadecimal, octal. */
bool command_parse_number(const char *text, int64_t least, int64_t most, int64_t *value);
/* "512", "512m", "2g", "1048576k", "1t", "4096b": KiB. A bare number is in units of `unit' ('k', 'm'). */
bool command_parse_memory(const char *text, char unit, uint64_t *kib);

/* All commands, sorted by group and name; *count is set. */
const struct command *const *command_list(size_t *count);
/* By name, alias, or unambiguous beginning; NULL. */
const struct command *command_find(const char *name);
/* Fills invocation's options and operands; -1 with a failure of usage. Permutes argv. */
int command_parse(struct invocation *invocation, int argc, char **argv);

#endif
