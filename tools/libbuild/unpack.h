/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel payloads unpacked: gzip, xz, lzma, lz4 as the kernel's build and as the
 * lz4 program makes it, zstd. Pure but for
 * the decoders' own heap, which is bounded. Output never exceeds what the caller gives room for.
 */
#ifndef LIBBUILD_UNPACK_H
#define LIBBUILD_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libbuild/reason.h"

/* No kernel unpacks to more. */
#define UNPACK_LIMIT (512UL << 20)

struct unpack_format;

struct unpack_output {
	uint8_t *at;
	size_t room, produced;
	/* May be NULL. Called for every piece once it is final; of what it does to the memory only the
	 * contents matter, which must stay. */
	void (*finished)(const struct unpack_output *out, uint8_t *piece, size_t bytes);
	/* May be NULL. Called for input that is not read again; gzip, xz and lzma say it. */
	void (*consumed)(const uint8_t *from, size_t bytes);
};

/* By its first bytes; NULL and a reason when it is none that is read here. */
const struct unpack_format *unpack_find_format(const uint8_t *in, size_t bytes, struct reason *why);
/* The size that the payload's last four bytes state, as kernel builds append it and gzip has it;
 * refused over UNPACK_LIMIT. */
int unpack_stated_bytes(const uint8_t *in, size_t bytes, size_t *stated, struct reason *why);
/* Whether a file of the format always ends in it. */
bool unpack_states_bytes(const struct unpack_format *format);
int unpack_run(const struct unpack_format *format, const uint8_t *in, size_t bytes,
	       struct unpack_output *out, struct reason *why);

/* Inside: what the formats share, and LZ4's legacy frames. */
void unpack_advance(struct unpack_output *out, size_t bytes);
int unpack_lz4(const uint8_t *in, size_t bytes, struct unpack_output *out, struct reason *why);
int unpack_lz4_frame(const uint8_t *in, size_t bytes, struct unpack_output *out,
		     struct reason *why);

#endif
