/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LZ4's legacy frames, which kernel builds make: a magic number, then blocks of a length and so many
 * bytes. There is no end mark; the build appends the unpacked size, four bytes.
 */
#include "libbuild/unpack.h"

#include <lz4.h>

#define MAGIC 0x184c2102u
#define BLOCK_BYTES (8 << 20)

static uint32_t lz4_word(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int lz4_block(const uint8_t *in, uint32_t length, struct unpack_output *out)
{
	size_t left = out->room - out->produced;
	int limit = left < BLOCK_BYTES ? (int)left : BLOCK_BYTES;
	int got = LZ4_decompress_safe((const char *)in, (char *)out->at + out->produced,
				      (int)length, limit);

	if (got < 0)
		return -1;
	unpack_advance(out, (size_t)got);
	return 0;
}

int unpack_lz4(const uint8_t *in, size_t bytes, struct unpack_output *out, struct reason *why)
{
	size_t at = 4;

	while (bytes - at > 4) {
		uint32_t length = lz4_word(in + at);

		at += 4;
		if (length == MAGIC)
			continue;
		if (length > bytes - at || length > LZ4_COMPRESSBOUND(BLOCK_BYTES))
			return reason_set(why, "its lz4 payload is corrupt or cut off");
		if (lz4_block(in + at, length, out))
			return reason_set(why,
					  "its lz4 payload is corrupt, or unpacks to more than the "
					  "%zu bytes that it may",
					  out->room);
		at += length;
	}
	return 0;
}
