/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Appending, renaming, and what happens when the disk is full.
 */
#include "consoled/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STAMP_BYTES 32

void logfile_name(char to[LOGFILE_NAME_BYTES], const char *prefix, const char *name)
{
	snprintf(to, LOGFILE_NAME_BYTES - 4, "%s%s", prefix, name);
	for (char *c = to; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == '/' || *c == 0x7f)
			*c = '_';
	strcat(to, ".log");
}

static void logfile_open_file(struct logfile *log, const struct logfile_settings *settings)
{
	struct stat status;

	if (log->fd >= 0 || settings->folder < 0)
		return;
	log->fd = openat(
		settings->folder, log->name,
		O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0640);
	if (log->fd >= 0 && (fstat(log->fd, &status) || !S_ISREG(status.st_mode))) {
		close(log->fd);
		log->fd = -1;
		errno = EINVAL;
	}
	log->error = log->fd < 0 ? errno : 0;
	log->bytes = log->fd < 0 ? 0 : status.st_size;
}

void logfile_open(struct logfile *log, const struct logfile_settings *settings, const char *name)
{
	*log = (struct logfile){.fd = -1};
	snprintf(log->name, sizeof(log->name), "%s", name);
	logfile_open_file(log, settings);
}

void logfile_close(struct logfile *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

void logfile_reopen(struct logfile *log, const struct logfile_settings *settings)
{
	logfile_close(log);
	logfile_open_file(log, settings);
}

/* name.9 over name.10 and so on, the file itself to name.1; without older ones it just goes. */
static void logfile_rotate(struct logfile *log, const struct logfile_settings *settings)
{
	char from[LOGFILE_NAME_BYTES + 12], to[LOGFILE_NAME_BYTES + 12];

	logfile_close(log);
	if (!settings->rotate_count)
		unlinkat(settings->folder, log->name, 0);
	for (unsigned int i = settings->rotate_count; i > 0; i--) {
		snprintf(to, sizeof(to), "%s.%u", log->name, i);
		snprintf(from, sizeof(from), i > 1 ? "%s.%u" : "%s", log->name, i - 1);
		renameat(settings->folder, from, settings->folder, to);
	}
	logfile_open_file(log, settings);
}

static bool logfile_put(struct logfile *log, const char *text, size_t bytes)
{
	while (bytes) {
		ssize_t written = write(log->fd, text, bytes);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			log->error = errno;
			return false;
		}
		log->bytes += written;
		text += written;
		bytes -= written;
	}
	log->error = 0;
	return true;
}

static bool logfile_put_stamp(struct logfile *log, const struct timespec *now)
{
	char stamp[STAMP_BYTES];
	struct tm local;
	int length;

	localtime_r(&now->tv_sec, &local);
	length = snprintf(stamp, sizeof(stamp), "[%04d-%02d-%02d %02d:%02d:%02d.%03ld] ",
			  local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour,
			  local.tm_min, local.tm_sec, now->tv_nsec / 1000000);
	return logfile_put(log, stamp, (size_t)length);
}

static bool logfile_put_lines(struct logfile *log, const char *text, size_t bytes,
			      const struct timespec *now)
{
	while (bytes) {
		const char *end = memchr(text, '\n', bytes);
		size_t length = end ? (size_t)(end + 1 - text) : bytes;

		if (!log->in_line && !logfile_put_stamp(log, now))
			return false;
		if (!logfile_put(log, text, length))
			return false;
		log->in_line = !end;
		text += length;
		bytes -= length;
	}
	return true;
}

static bool logfile_put_lost(struct logfile *log)
{
	char notice[64];
	int length = snprintf(notice, sizeof(notice), "\n[%llu bytes were not logged]\n",
			      (unsigned long long)log->lost);

	if (!logfile_put(log, notice, length))
		return false;
	log->lost = 0;
	return true;
}

bool logfile_write(struct logfile *log, const struct logfile_settings *settings, const char *text,
		   size_t bytes, const struct timespec *now)
{
	bool good;

	if (settings->folder < 0)
		return true;
	if (settings->rotate_bytes && log->bytes && log->bytes + bytes > settings->rotate_bytes)
		logfile_rotate(log, settings);
	else
		logfile_open_file(log, settings);
	good = log->fd >= 0 && (!log->lost || logfile_put_lost(log));
	if (good)
		good = settings->timestamps ? logfile_put_lines(log, text, bytes, now)
					    : logfile_put(log, text, bytes);
	if (!good)
		log->lost += bytes;
	return good;
}

size_t logfile_tail(const struct logfile *log, char *to, size_t room)
{
	size_t wanted = log->bytes < room ? log->bytes : room;
	ssize_t got = log->fd < 0 ? 0 : pread(log->fd, to, wanted, log->bytes - wanted);

	return got < 0 ? 0 : got;
}
