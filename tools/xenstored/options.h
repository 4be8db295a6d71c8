/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line.
 */
#ifndef XENSTORED_OPTIONS_H
#define XENSTORED_OPTIONS_H

#include <stdbool.h>

struct accounts;

struct options {
	const char *socket; /* NULL: the libraries' default */
	const char *pid_file;
	const char *trace_file;
	const char *state_file;
	int ready_fd;	 /* -1: none */
	int restore_fd;	 /* -1: none; the state of a live update */
	bool check_only; /* with restore_fd: see whether the state can be read, then exit */
	bool no_hypervisor;
	bool daemonize;
	bool show_help, show_version;
};

/* Reads the command line; quotas go into accounts at once. -1 after having said why. */
int options_parse(struct options *options, int argc, char **argv, struct accounts *accounts);

/* Prints what there is. */
void options_print_help(void);

/* "name=number" of a quota into the global limits; -1 when there is none of that name. */
int options_set_quota(struct accounts *accounts, const char *text);

#endif
