/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sample data and the standard tools' compressed form of it. Buffers are on the heap and exactly as
 * large as their content, so that the address sanitizer sees one byte too many.
 */
#ifndef TEST_SAMPLE_H
#define TEST_SAMPLE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <cmocka.h>

#include "hv/decompress.h"

struct buffer {
	uint8_t *data;
	size_t bytes;
};

enum sample_kind {
	SAMPLE_TEXT,
	SAMPLE_CODE,
	SAMPLE_NOISE,
	SAMPLE_WORDS,
	SAMPLE_ZEROS,
	SAMPLE_NR_KINDS,
};

/* What a tool is called with, and whether it guards the data by a checksum. */
struct packer {
	const char *command;
	int format;
	bool has_check;
};

extern const struct packer packers[];
extern const size_t nr_packers;

struct buffer sample_make(enum sample_kind kind, size_t bytes);
/* Compresses; skips the test, with a message, when the tool is not there. */
struct buffer sample_pack(const char *command, const struct buffer *plain);
struct buffer sample_read_file(const char *path);
/* What a shell command, which must succeed, writes to its standard output. */
struct buffer sample_read_command(const char *line);
void sample_free(struct buffer *buffer);

/* Decodes a copy of packed into a buffer of out_bytes; the result is set on success only. */
int sample_unpack(const struct buffer *packed, size_t out_bytes, struct buffer *plain,
		  const char **error);
/* Decodes and compares. */
void sample_check(const struct buffer *packed, const struct buffer *plain);

/* The tests of each file. */
extern const struct CMUnitTest corrupt_tests[], kernel_tests[], pieces_tests[];
extern const size_t nr_corrupt_tests, nr_kernel_tests, nr_pieces_tests;

#endif /* TEST_SAMPLE_H */
