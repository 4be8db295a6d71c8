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

static int lz4_block(const uint8_t *in, uint32_t length, uint8_t *out, size_t room, int *got)
{
	int limit = room < BLOCK_BYTES ? (int)room : BLOCK_BYTES;

	*got = LZ4_decompress_safe((const char *)in, (char *)out, length, limit);
	return *got < 0 ? -1 : 0;
}

int unpack_lz4(const uint8_t *in, size_t bytes, uint8_t *out, size_t room, size_t *produced,
	       struct reason *why)
{
	size_t at = 4, done = 0;

	while (bytes - at > 4) {
		uint32_t length = lz4_word(in + at);
		int got;

		at += 4;
		if (length == MAGIC)
			continue;
		if (length > bytes - at || length > LZ4_COMPRESSBOUND(BLOCK_BYTES))
			return reason_set(why, "its lz4 payload is corrupt or cut off");
		if (lz4_block(in + at, length, out + done, room - done, &got))
			return reason_set(why,
					  "its lz4 payload is corrupt, or unpacks to more than the "
					  "%zu bytes that it may",
					  room);
		at += length;
		done += got;
	}
	*produced = done;
	return 0;
}
