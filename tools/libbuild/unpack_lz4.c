/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LZ4's legacy frames, which kernel builds make: a magic number, then blocks of a length and so many
 * bytes. There is no end mark; the build appends the unpacked size, four bytes. Frames of today are
 * the library's.
 */
#include "libbuild/unpack.h"

#include <lz4.h>
#include <lz4frame.h>

#define MAGIC 0x184c2102u
#define BLOCK_BYTES (8 << 20)
#define LZ4_STEP_BYTES (1UL << 20)

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

/* 0 at the frame's end, 1 before, -1. Once all room is taken, one byte more tells whether there would
 * be more. */
static int lz4_frame_step(LZ4F_dctx *context, const uint8_t **in, size_t *left,
			  struct unpack_output *out)
{
	uint8_t spill;
	size_t room = out->room - out->produced, taken = *left;
	size_t made = room > LZ4_STEP_BYTES ? LZ4_STEP_BYTES : room ? room : sizeof(spill);
	size_t rc = LZ4F_decompress(context, room ? out->at + out->produced : &spill, &made, *in,
				    &taken, NULL);

	if (LZ4F_isError(rc) || (!room && made) || (rc && !made && !taken))
		return -1;
	*in += taken;
	*left -= taken;
	unpack_advance(out, made);
	return rc ? 1 : 0;
}

int unpack_lz4_frame(const uint8_t *in, size_t bytes, struct unpack_output *out, struct reason *why)
{
	LZ4F_dctx *context;
	int rc = 1;

	if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
		return reason_set(why, "there is no memory to unpack it");
	while (rc > 0)
		rc = lz4_frame_step(context, &in, &bytes, out);
	LZ4F_freeDecompressionContext(context);
	if (!rc)
		return 0;
	return reason_set(why,
			  "its lz4 payload is corrupt, cut off, or unpacks to more than the %zu "
			  "bytes that it may",
			  out->room);
}
