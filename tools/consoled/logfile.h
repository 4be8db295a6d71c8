/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A console's log: a file that is appended to, and as many older ones (name.1 the youngest) as are
 * wanted. It is renamed before a write that would make it larger than the limit. What cannot be
 * written is counted, and told in the file once it can be again.
 */
#ifndef CONSOLED_LOGFILE_H
#define CONSOLED_LOGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define LOGFILE_NAME_BYTES 160

/* Of all logs; may change while they are open. */
struct logfile_settings {
	int folder;	       /* a descriptor, -1 for none: nothing is logged */
	uint64_t rotate_bytes; /* 0: never */
	unsigned int rotate_count;
	bool timestamps; /* at the start of each line */
};

struct logfile {
	char name[LOGFILE_NAME_BYTES];
	int fd;	   /* -1 when closed */
	int error; /* of the last attempt to open or to write, 0 when it worked */
	bool in_line;
	uint64_t bytes, lost;
};

/* "<prefix><name>.log" with whatever is no good in a file name as '_'. */
void logfile_name(char to[LOGFILE_NAME_BYTES], const char *prefix, const char *name);
/* error says whether it worked; it is tried again at each write. */
void logfile_open(struct logfile *log, const struct logfile_settings *settings, const char *name);
void logfile_close(struct logfile *log);
/* Closes and opens the same name: somebody else renamed the file. */
void logfile_reopen(struct logfile *log, const struct logfile_settings *settings);
/* Whether all of it is in the file; else it counts as lost. */
bool logfile_write(struct logfile *log, const struct logfile_settings *settings, const char *text,
		   size_t bytes, const struct timespec *now);
/* The last bytes of the file into to; how many. */
size_t logfile_tail(const struct logfile *log, char *to, size_t room);

#endif
