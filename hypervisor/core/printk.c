/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Levels, rate limits, line prefixes and time stamps of messages. Messages below the lower
 * threshold always pass, those up to the upper one pass at a limited rate.
 */
#include <stdarg.h>
#include "hv/calendar.h"
#include "hv/console.h"
#include "hv/errno.h"
#include "hv/format.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/string.h"
#include "hv/time.h"
#include "hv/arch.h"

#define PREFIX "(TRESTLE) "
#define MESSAGE_BYTES 512
/* About what a message's prefixes take. */
#define PREFIX_BYTES 128
#define RATE_MESSAGE_NS (5 * NS_PER_SECOND)
#define RATE_BURST 10

struct message_class {
	const char *name;
	/* Levels below it pass always; levels below it pass at a limited rate. */
	unsigned int lower, upper;
	uint64_t credit_ns, refilled_ns;
	unsigned int nr_suppressed;
};

enum timestamp_form { STAMP_NONE, STAMP_DATE, STAMP_DATE_MS, STAMP_BOOT, STAMP_RAW };

static struct message_class hypervisor_class = {
	.name = "messages",
	.lower = LOG_INFO + 1,
	.upper = LOG_INFO + 1,
	.credit_ns = RATE_BURST * RATE_MESSAGE_NS,
};
static struct message_class guest_class = {
	.name = "messages about guests",
	.lower = 0,
	.upper = LOG_WARNING + 1,
	.credit_ns = RATE_BURST * RATE_MESSAGE_NS,
};
static enum timestamp_form timestamp_form;
static bool is_in_line; /* printk_raw() left a line open */

static const char *const threshold_names[] = {"none", "error", "warning", "info", "debug"};

/* Number of levels that pass under the threshold at text; -EINVAL. */
static int threshold_parse(const char *text, size_t bytes)
{
	if (bytes == 3 && strncmp(text, "all", 3) == 0)
		return LOG_DEBUG + 1;
	for (unsigned int i = 0; i < ARRAY_SIZE(threshold_names); i++)
		if (strlen(threshold_names[i]) == bytes &&
		    strncmp(threshold_names[i], text, bytes) == 0)
			return (int)i;
	return -EINVAL;
}

static int levels_parse(const char *text, struct message_class *class)
{
	const char *slash = strchr(text, '/');
	int lower = threshold_parse(text, slash ? (size_t)(slash - text) : strlen(text));
	int upper = slash ? threshold_parse(slash + 1, strlen(slash + 1)) : lower;

	if (lower < 0 || upper < lower)
		return -EINVAL;
	class->lower = (unsigned int)lower;
	class->upper = (unsigned int)upper;
	return 0;
}

static int loglvl_parse(const char *text)
{
	return levels_parse(text, &hypervisor_class);
}
CUSTOM_PARAMETER("loglvl", loglvl_parse, "levels that are printed: always/at a limited rate");

static int guest_loglvl_parse(const char *text)
{
	return levels_parse(text, &guest_class);
}
CUSTOM_PARAMETER("guest_loglvl", guest_loglvl_parse, "the same for messages about guests");

bool printk_guest_is_shown(enum log_level level)
{
	return level < guest_class.upper;
}

static int timestamps_parse(const char *text)
{
	static const char *const forms[] = {"none", "date", "datems", "boot", "raw"};
	bool wanted;

	for (unsigned int i = 0; i < ARRAY_SIZE(forms); i++) {
		if (strcmp(text, forms[i]) == 0) {
			timestamp_form = i;
			return 0;
		}
	}
	if (*text && parameter_parse_boolean(text, &wanted))
		return -EINVAL;
	timestamp_form = *text == '\0' || wanted ? STAMP_DATE : STAMP_NONE;
	return 0;
}
CUSTOM_PARAMETER("console_timestamps", timestamps_parse, "none, date, datems, boot or raw");

static int stamp_format_date(char *text, size_t bytes, uint64_t now, bool with_ms)
{
	struct calendar_time date;
	uint64_t seconds;
	uint32_t ns;

	time_wallclock_base(&seconds, &ns);
	now += ns;
	calendar_from_seconds(seconds + now / NS_PER_SECOND, &date);
	if (with_ms)
		return hv_snprintf(text, bytes, "[%04u-%02u-%02u %02u:%02u:%02u.%03u] ", date.year,
				   date.month, date.day, date.hour, date.minute, date.second,
				   (uint32_t)(now % NS_PER_SECOND / NS_PER_MS));
	return hv_snprintf(text, bytes, "[%04u-%02u-%02u %02u:%02u:%02u] ", date.year, date.month,
			   date.day, date.hour, date.minute, date.second);
}

static int stamp_format(char *text, size_t bytes)
{
	uint64_t now = time_now_ns();

	if (timestamp_form == STAMP_RAW)
		return hv_snprintf(text, bytes, "[%016lx] ", read_tsc());
	if (timestamp_form == STAMP_BOOT)
		return hv_snprintf(text, bytes, "[%5lu.%06lu] ", now / NS_PER_SECOND,
				   now % NS_PER_SECOND / NS_PER_US);
	return stamp_format_date(text, bytes, now, timestamp_form == STAMP_DATE_MS);
}

static void prefix_emit(void)
{
	char stamp[40];
	int bytes;

	console_emit(PREFIX, sizeof(PREFIX) - 1);
	if (timestamp_form == STAMP_NONE)
		return;
	bytes = stamp_format(stamp, sizeof(stamp));
	console_emit(stamp, (size_t)MIN(bytes, (int)sizeof(stamp) - 1));
}

/* Each line of the text, with a prefix where one begins. Console lock held. */
static void lines_emit(const char *text, size_t bytes)
{
	if (is_in_line)
		console_emit("\n", 1);
	is_in_line = false;
	while (bytes) {
		const char *newline = memchr(text, '\n', bytes);
		size_t part = newline ? (size_t)(newline - text) + 1 : bytes;

		prefix_emit();
		console_emit(text, part);
		text += part;
		bytes -= part;
	}
}

static void suppressed_report(struct message_class *class)
{
	char text[80];
	int bytes;

	if (class->nr_suppressed == 0)
		return;
	bytes = hv_snprintf(text, sizeof(text), "%u %s were left out (rate limit)\n",
			    class->nr_suppressed, class->name);
	class->nr_suppressed = 0;
	lines_emit(text, (size_t)MIN(bytes, (int)sizeof(text) - 1));
}

/* A bucket of RATE_BURST messages that fills by one in RATE_MESSAGE_NS. Console lock held. */
static bool rate_allows(struct message_class *class)
{
	uint64_t now = time_now_ns();

	class->credit_ns = MIN(class->credit_ns + (now - class->refilled_ns),
			       RATE_BURST * RATE_MESSAGE_NS);
	class->refilled_ns = now;
	if (class->credit_ns < RATE_MESSAGE_NS) {
		class->nr_suppressed++;
		return false;
	}
	class->credit_ns -= RATE_MESSAGE_NS;
	suppressed_report(class);
	return true;
}

static size_t message_format(char *text, const char *format, va_list args)
{
	int length = hv_vsnprintf(text, MESSAGE_BYTES - 1, format, args);

	return (size_t)MIN(length, MESSAGE_BYTES - 2);
}

/* The text leaves room for it. */
static size_t message_end(char *text, size_t bytes)
{
	if (bytes == 0 || text[bytes - 1] != '\n')
		text[bytes++] = '\n';
	return bytes;
}

static void message_print(struct message_class *class, enum log_level level, const char *format,
			  va_list args)
{
	char text[MESSAGE_BYTES];
	uint64_t flags;
	size_t bytes;

	if (level >= class->upper)
		return;
	bytes = message_end(text, message_format(text, format, args));
	console_wait_for_room(bytes + PREFIX_BYTES);
	flags = console_lock_irqsave();
	if (level < class->lower || rate_allows(class))
		lines_emit(text, bytes);
	console_unlock_irqrestore(flags);
}

void printk(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message_print(&hypervisor_class, level, format, args);
	va_end(args);
}

void printk_guest(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	message_print(&guest_class, level, format, args);
	va_end(args);
}

void printk_raw(const char *format, ...)
{
	char text[MESSAGE_BYTES];
	uint64_t flags;
	size_t bytes;
	va_list args;

	va_start(args, format);
	bytes = message_format(text, format, args);
	va_end(args);
	console_wait_for_room(bytes);
	flags = console_lock_irqsave();
	console_emit(text, bytes);
	if (bytes)
		is_in_line = text[bytes - 1] != '\n';
	console_unlock_irqrestore(flags);
}
