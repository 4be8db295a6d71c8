/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A journal's file: groups of bytes, one behind the other in a shared mapping.
 *
 * A group's length is stored last, so one that was being written when the process died is not
 * there; the checksum and the sequence number are for files that something else has touched.
 */
#ifndef XENSTORED_JOURNAL_FILE_H
#define XENSTORED_JOURNAL_FILE_H

#include <stddef.h>
#include <stdint.h>

#define JOURNAL_MAGIC "TRLXJRN1"

struct journal_header {
	char magic[8];
	uint64_t snapshot_bytes; /* of the file; less than that is no journal */
	char boot[40];		 /* the kernel's name for the time since it started */
};

struct journal_group {
	uint32_t len; /* of what follows, a multiple of 8 */
	uint32_t checksum;
	uint64_t sequence; /* 1, 2, ... */
};

struct journal_file {
	int fd; /* negative: none */
	char *bytes;
	size_t len, room;
	uint64_t sequence;
};

/* Fills a header in: of a journal without a snapshot, of this start of the machine. */
void journal_header_init(struct journal_header *header);

/* Makes an empty file; -errno. */
int journal_file_create(struct journal_file *file, const char *path);

/* Unmaps and closes. */
void journal_file_close(struct journal_file *file);

/* Appends a group; -errno, with the file as it was. */
int journal_file_append(struct journal_file *file, const void *bytes, size_t len);

/* All groups until now are the snapshot. */
void journal_file_end_snapshot(struct journal_file *file);

/* Reading: the group at *at, which moves behind it; NULL at the end of what is right. */
const void *journal_next_group(const void *bytes, size_t len, size_t *at, uint64_t sequence,
			       size_t *group_len);

#endif
