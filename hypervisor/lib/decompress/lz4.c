/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LZ4: blocks, the frame format 1.6 and the legacy frames that Linux uses for kernel images. Source:
 * the LZ4 block and frame format descriptions. Dictionaries and skippable frames are refused.
 */
#include "checksum.h"
#include "decoder.h"

#define MIN_MATCH 4U
#define LENGTH_EXTENDED 15U
#define LEGACY_MAGIC 0x184c2102U
#define LEGACY_BLOCK_BYTES (8U << 20)

#define FLAG_VERSION_MASK 0xc0U
#define FLAG_VERSION 0x40U
#define FLAG_INDEPENDENT 0x20U
#define FLAG_BLOCK_CHECKSUM 0x10U
#define FLAG_CONTENT_SIZE 0x08U
#define FLAG_CONTENT_CHECKSUM 0x04U
#define FLAG_RESERVED 0x02U
#define FLAG_DICTIONARY 0x01U
#define BLOCK_SIZE_RESERVED 0x8fU
#define BLOCK_STORED 0x80000000U

struct frame {
	uint8_t flags;
	size_t max_block_bytes;
	uint64_t content_bytes;
	size_t header_bytes;
};

/* Adds the bytes that extend a length of 15; false when the input ends. */
static bool extend_length(const uint8_t **in, const uint8_t *end, size_t *length)
{
	uint8_t byte;

	do {
		if (*in >= end)
			return false;
		byte = *(*in)++;
		*length += byte;
	} while (byte == 255);
	return true;
}

static always_inline void copy_literals(uint8_t *out, const uint8_t *in, size_t length,
					size_t in_left, size_t out_left)
{
	if (likely(length <= 16 && in_left >= 16 && out_left >= 16))
		__builtin_memcpy(out, in, 16);
	else if (length > 0)
		memcpy(out, in, length);
}

/* One block under way. */
struct block {
	const uint8_t *in;
	const uint8_t *in_end;
	const uint8_t *window; /* what matches may reach back to */
	uint8_t *out;
	const uint8_t *out_end; /* of this block */
	const uint8_t *limit;	/* of the buffer */
};

static const char too_large[] = "lz4: a block's output is too large";

/* Both take one part of a sequence; NULL or what is wrong. */
static const char *decode_literals(struct block *block, size_t length)
{
	size_t left;

	if (length == LENGTH_EXTENDED && !extend_length(&block->in, block->in_end, &length))
		return "lz4: a block ends in a length";
	left = (size_t)(block->in_end - block->in);
	if (length > left)
		return "lz4: a block ends in literals";
	if (length > (size_t)(block->out_end - block->out))
		return too_large;
	copy_literals(block->out, block->in, length, left, (size_t)(block->limit - block->out));
	block->in += length;
	block->out += length;
	return NULL;
}

static const char *decode_match(struct block *block, size_t length)
{
	size_t distance;

	if (block->in_end - block->in < 2)
		return "lz4: a block ends in a match";
	distance = read_le16(block->in);
	block->in += 2;
	if (length == LENGTH_EXTENDED && !extend_length(&block->in, block->in_end, &length))
		return "lz4: a block ends in a match";
	length += MIN_MATCH;
	if (distance == 0 || distance > (size_t)(block->out - block->window))
		return "lz4: a match reaches before the start";
	if (length > (size_t)(block->out_end - block->out))
		return too_large;
	block->out = copy_match(block->out, block->limit, distance, length);
	return NULL;
}

/* Sequences up to the last, which has no match. */
static const char *decode_sequences(struct block *block)
{
	const char *wrong;
	uint8_t token;

	while (block->in < block->in_end) {
		token = *block->in++;
		wrong = decode_literals(block, token >> 4);
		if (wrong || block->in == block->in_end)
			return wrong;
		wrong = decode_match(block, token & 15);
		if (wrong)
			return wrong;
	}
	return "lz4: a block does not end in literals";
}

/* Decodes a compressed block into at most max_bytes. Matches reach back to window. */
static int decode_block(struct decoder *decoder, const uint8_t *window, size_t in_bytes,
			size_t max_bytes)
{
	bool is_tight = decoder_room(decoder) < max_bytes;
	struct block block = {
		.in = decoder->in,
		.in_end = decoder->in + in_bytes,
		.window = window,
		.out = decoder->out,
		.out_end = is_tight ? decoder->out_end : decoder->out + max_bytes,
		.limit = decoder->out_end,
	};
	const char *wrong = decode_sequences(&block);

	if (wrong == too_large && is_tight)
		return decoder_fail(decoder, -ENOSPC, "lz4: more output than room");
	if (wrong)
		return decoder_fail_corrupt(decoder, wrong);
	decoder->in = block.in;
	decoder->out = block.out;
	return 0;
}

static int copy_block(struct decoder *decoder, size_t bytes, size_t max_bytes)
{
	if (bytes > max_bytes)
		return decoder_fail_corrupt(decoder, "lz4: a stored block is too large");
	if (bytes > decoder_room(decoder))
		return decoder_fail(decoder, -ENOSPC, "lz4: more output than room");
	if (bytes > 0)
		memcpy(decoder->out, decoder->in, bytes);
	decoder->in += bytes;
	decoder->out += bytes;
	return 0;
}

/* Reads a frame's header without moving on. */
static int read_header(struct decoder *decoder, struct frame *frame)
{
	const uint8_t *in = decoder->in;
	size_t left = decoder_left(decoder), bytes = 7;
	uint8_t size_code;

	if (left < bytes)
		return decoder_fail_corrupt(decoder, "lz4: input ends in the frame header");
	frame->flags = in[4];
	size_code = in[5] >> 4;
	if ((frame->flags & FLAG_VERSION_MASK) != FLAG_VERSION || (frame->flags & FLAG_RESERVED) ||
	    (in[5] & BLOCK_SIZE_RESERVED) || size_code < 4)
		return decoder_fail(decoder, -EOPNOTSUPP, "lz4: unknown frame version or flags");
	if (frame->flags & FLAG_DICTIONARY)
		return decoder_fail(decoder, -EOPNOTSUPP, "lz4: needs a dictionary");
	frame->max_block_bytes = (size_t)1 << (8 + 2 * size_code);
	if (frame->flags & FLAG_CONTENT_SIZE)
		bytes += sizeof(frame->content_bytes);
	if (left < bytes)
		return decoder_fail_corrupt(decoder, "lz4: input ends in the frame header");
	frame->header_bytes = bytes;
	frame->content_bytes = frame->flags & FLAG_CONTENT_SIZE ? read_le64(in + 6) : 0;
	if ((xxh32(in + 4, bytes - 5) >> 8 & 0xff) != in[bytes - 1])
		return decoder_fail_corrupt(decoder, "lz4: frame header checksum mismatch");
	return 0;
}

/* One block of a frame, its size field already taken. */
static int decode_frame_block(struct decoder *decoder, const struct frame *frame,
			      const uint8_t *start, uint32_t field)
{
	size_t bytes = field & ~BLOCK_STORED;
	size_t checksum_bytes = frame->flags & FLAG_BLOCK_CHECKSUM ? 4 : 0;
	const uint8_t *in = decoder->in;
	int rc;

	if (decoder_left(decoder) < bytes + checksum_bytes)
		return decoder_fail_corrupt(decoder, "lz4: input ends in a block");
	if (checksum_bytes && xxh32(in, bytes) != read_le32(in + bytes))
		return decoder_fail_corrupt(decoder, "lz4: block checksum mismatch");
	if (field & BLOCK_STORED)
		rc = copy_block(decoder, bytes, frame->max_block_bytes);
	else
		rc = decode_block(decoder, frame->flags & FLAG_INDEPENDENT ? decoder->out : start,
				  bytes, frame->max_block_bytes);
	decoder->in = in + bytes + checksum_bytes;
	return rc;
}

static int finish_frame(struct decoder *decoder, const struct frame *frame, const uint8_t *start)
{
	size_t bytes = (size_t)(decoder->out - start);

	if ((frame->flags & FLAG_CONTENT_SIZE) && frame->content_bytes != bytes)
		return decoder_fail_corrupt(decoder, "lz4: data size mismatch");
	if (!(frame->flags & FLAG_CONTENT_CHECKSUM))
		return 0;
	if (decoder_left(decoder) < 4)
		return decoder_fail_corrupt(decoder, "lz4: input ends before the checksum");
	if (xxh32(start, bytes) != read_le32(decoder->in))
		return decoder_fail_corrupt(decoder, "lz4: data checksum mismatch");
	decoder->in += 4;
	return 0;
}

int lz4_decode(struct decoder *decoder)
{
	const uint8_t *start = decoder->out;
	struct frame frame;
	uint32_t field;
	int rc = read_header(decoder, &frame);

	if (rc)
		return rc;
	decoder->in += frame.header_bytes;
	while (rc == 0) {
		if (decoder_left(decoder) < 4)
			return decoder_fail_corrupt(decoder, "lz4: input ends without end mark");
		field = read_le32(decoder->in);
		decoder->in += 4;
		if (field == 0)
			return finish_frame(decoder, &frame, start);
		rc = decode_frame_block(decoder, &frame, start, field);
	}
	return rc;
}

int lz4_read_size(struct decoder *decoder, uint64_t *size)
{
	struct frame frame;

	if (read_header(decoder, &frame))
		return -EINVAL;
	if (!(frame.flags & FLAG_CONTENT_SIZE))
		return -ENOENT;
	*size = frame.content_bytes;
	return 0;
}

/*
 * The legacy format has no end: its last block is the first that makes less than 8 MiB, or the one
 * behind which there is no more than the size that Linux appends.
 */
int lz4_decode_legacy(struct decoder *decoder)
{
	size_t made = LEGACY_BLOCK_BYTES, bytes;
	const uint8_t *start;
	int rc;

	decoder->in += 4;
	while (made == LEGACY_BLOCK_BYTES && decoder_left(decoder) > 4) {
		bytes = read_le32(decoder->in);
		decoder->in += 4;
		if (bytes == LEGACY_MAGIC)
			continue;
		if (decoder_left(decoder) < bytes)
			return decoder_fail_corrupt(decoder, "lz4: input ends in a block");
		start = decoder->out;
		rc = decode_block(decoder, start, bytes, LEGACY_BLOCK_BYTES);
		if (rc)
			return rc;
		made = (size_t)(decoder->out - start);
	}
	if (decoder->out == decoder->base)
		return decoder_fail_corrupt(decoder, "lz4: input ends before the first block");
	return 0;
}
