/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors and the trace. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "xenstored/connection.h"
#include "xenstored/log.h"

static FILE *trace;
static char trace_name[4096] = "/var/log/xen/xenstored-trace.log";

static void log_time(void)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	fprintf(trace, "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ ", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec / 1000);
}

void log_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("xenstored: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	if (!trace)
		return;
	va_start(arguments, format);
	log_time();
	vfprintf(trace, format, arguments);
	fputc('\n', trace);
	fflush(trace);
	va_end(arguments);
}

void log_event(const struct connection *connection, const char *what, const char *format, ...)
{
	va_list arguments;

	if (!trace)
		return;
	va_start(arguments, format);
	log_time();
	if (connection)
		fprintf(trace, "%s%u(%u) ", connection->transport->name, connection->id,
			connection->subject.domid);
	fprintf(trace, "%s ", what);
	vfprintf(trace, format, arguments);
	fputc('\n', trace);
	fflush(trace);
	va_end(arguments);
}

bool log_is_on(void)
{
	return trace != NULL;
}

int log_switch(bool on)
{
	if (on == log_is_on())
		return 0;
	if (on) {
		trace = fopen(trace_name, "ae");
		return trace ? 0 : -errno;
	}
	fclose(trace);
	trace = NULL;
	return 0;
}

int log_set_file(const char *name)
{
	bool was_on = log_is_on();

	if (!*name || strlen(name) >= sizeof(trace_name))
		return -EINVAL;
	log_switch(false);
	strcpy(trace_name, name);
	return was_on ? log_switch(true) : 0;
}

const char *log_file(void)
{
	return trace_name;
}
