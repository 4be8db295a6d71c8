/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DEFLATE. Source: RFC 1951.
 */
#ifndef DECOMPRESS_INFLATE_H
#define DECOMPRESS_INFLATE_H

#include "decoder.h"

#define INFLATE_MAX_SYMBOLS 288U
#define INFLATE_MAX_BITS 15U
#define INFLATE_FAST_BITS 10U

/* Canonical prefix codes: those of few bits by a table, the rest by counting. */
struct inflate_codes {
	uint16_t fast[1U << INFLATE_FAST_BITS]; /* symbol << 4 | bits; 0: none so short */
	uint16_t count[INFLATE_MAX_BITS + 1];	/* codes of each length */
	uint16_t symbols[INFLATE_MAX_SYMBOLS];	/* in the order of their codes */
};

struct inflate {
	struct inflate_codes literals;
	struct inflate_codes distances;
	uint8_t lengths[INFLATE_MAX_SYMBOLS + 32];
};

/* Decodes blocks up to and with the last; leaves in at the byte behind it. */
must_check int inflate_decode(struct inflate *inflate, struct decoder *decoder);

#endif /* DECOMPRESS_INFLATE_H */
