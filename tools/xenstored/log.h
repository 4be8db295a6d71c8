/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon says: errors on standard error, always; and a trace of requests and connections
 * into a file while it is on.
 */
#ifndef XENSTORED_LOG_H
#define XENSTORED_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct connection;

/* One sentence on standard error, and in the trace. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line of the trace, while it is on. */
void log_event(const struct connection *connection, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether the trace is on: to spare work before log_event(). */
bool log_is_on(void);

/* Turns the trace on or off; -errno when its file cannot be written. */
int log_switch(bool on);

/* Names the trace's file, and opens it anew when the trace is on; -errno. */
int log_set_file(const char *name);

/* The name of the trace's file. */
const char *log_file(void);

#endif
