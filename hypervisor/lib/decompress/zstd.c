/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Zstandard frames and blocks: one frame (RFC 8878, 3.1.1). The output is the window, so the window's
 * size only limits the blocks. Dictionaries and skippable frames are refused.
 */
#include "checksum.h"
#include "zstd.h"

#define MAGIC_BYTES 4U
#define MIN_HEADER_BYTES 6U
#define BLOCK_HEADER_BYTES 3U
#define CHECKSUM_BYTES 4U

#define DESCRIPTOR_SIZE_SHIFT 6U
#define DESCRIPTOR_SINGLE 0x20U
#define DESCRIPTOR_RESERVED 0x08U
#define DESCRIPTOR_CHECKSUM 0x04U
#define DESCRIPTOR_DICTIONARY 0x03U

enum block_type { BLOCK_RAW, BLOCK_RLE, BLOCK_COMPRESSED, BLOCK_RESERVED };

struct frame {
	size_t header_bytes;
	bool has_content_bytes;
	bool has_checksum;
	uint64_t content_bytes;
	size_t max_block_bytes;
};

static uint64_t read_number(const uint8_t *in, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)in[i] << (8 * i);
	return value;
}

static uint64_t window_bytes(uint8_t descriptor)
{
	uint64_t base = 1ULL << (10 + (descriptor >> 3));

	return base + base / 8 * (descriptor & 7);
}

/* Reads a frame's header without moving on. */
static int read_header(struct decoder *decoder, struct frame *frame)
{
	static const uint8_t dictionary_bytes[] = {0, 1, 2, 4}, size_bytes[] = {0, 2, 4, 8};
	const uint8_t *in = decoder->in;
	size_t window_field, id_field, size_field;
	uint64_t window;
	uint8_t descriptor;

	if (decoder_left(decoder) < MIN_HEADER_BYTES)
		return decoder_fail_corrupt(decoder, "zstd: input ends in the frame header");
	descriptor = in[MAGIC_BYTES];
	if (descriptor & DESCRIPTOR_RESERVED)
		return decoder_fail(decoder, -EOPNOTSUPP, "zstd: unknown frame flags");
	window_field = descriptor & DESCRIPTOR_SINGLE ? 0 : 1;
	id_field = dictionary_bytes[descriptor & DESCRIPTOR_DICTIONARY];
	size_field = size_bytes[descriptor >> DESCRIPTOR_SIZE_SHIFT];
	if (size_field == 0 && (descriptor & DESCRIPTOR_SINGLE))
		size_field = 1;
	frame->header_bytes = MAGIC_BYTES + 1 + window_field + id_field + size_field;
	if (decoder_left(decoder) < frame->header_bytes)
		return decoder_fail_corrupt(decoder, "zstd: input ends in the frame header");
	in += MAGIC_BYTES + 1;
	if (read_number(in + window_field, id_field) != 0)
		return decoder_fail(decoder, -EOPNOTSUPP, "zstd: needs a dictionary");
	frame->has_checksum = descriptor & DESCRIPTOR_CHECKSUM;
	frame->has_content_bytes = size_field != 0;
	frame->content_bytes = read_number(in + window_field + id_field, size_field);
	if (size_field == 2)
		frame->content_bytes += 256;
	window = window_field ? window_bytes(*in) : frame->content_bytes;
	frame->max_block_bytes = MIN(window, ZSTD_MAX_BLOCK_BYTES);
	return 0;
}

static int decode_compressed(struct decoder *decoder, const struct frame *frame, size_t bytes)
{
	bool is_tight = decoder_room(decoder) < frame->max_block_bytes, is_full = false;
	const uint8_t *limit = is_tight ? decoder->out_end : decoder->out + frame->max_block_bytes;
	const uint8_t *in = decoder->in, *end = in + bytes;
	struct zstd_work *work = decoder->work;
	const char *wrong = zstd_literals_read(work, &in, end);

	if (!wrong)
		wrong = zstd_sequences_decode(work, decoder, in, end, limit, &is_full);
	if (is_full && is_tight)
		return decoder_fail(decoder, -ENOSPC, "zstd: more output than room");
	if (wrong)
		return decoder_fail_corrupt(decoder, wrong);
	decoder->in = end;
	return 0;
}

static int decode_plain(struct decoder *decoder, enum block_type type, size_t bytes)
{
	size_t in_bytes = type == BLOCK_RLE ? 1 : bytes;

	if (decoder_left(decoder) < in_bytes)
		return decoder_fail_corrupt(decoder, "zstd: input ends in a block");
	if (decoder_room(decoder) < bytes)
		return decoder_fail(decoder, -ENOSPC, "zstd: more output than room");
	if (bytes > 0 && type == BLOCK_RLE)
		memset(decoder->out, *decoder->in, bytes);
	else if (bytes > 0)
		memcpy(decoder->out, decoder->in, bytes);
	decoder->in += in_bytes;
	decoder->out += bytes;
	return 0;
}

static int decode_block(struct decoder *decoder, const struct frame *frame, bool *last)
{
	enum block_type type;
	uint32_t header;
	size_t bytes;

	if (decoder_left(decoder) < BLOCK_HEADER_BYTES)
		return decoder_fail_corrupt(decoder, "zstd: input ends in a block header");
	header = (uint32_t)read_number(decoder->in, BLOCK_HEADER_BYTES);
	decoder->in += BLOCK_HEADER_BYTES;
	*last = header & 1;
	type = (enum block_type)(header >> 1 & 3);
	bytes = header >> 3;
	if (type == BLOCK_RESERVED)
		return decoder_fail_corrupt(decoder, "zstd: invalid type of block");
	if (bytes > frame->max_block_bytes)
		return decoder_fail_corrupt(decoder, "zstd: a block is too large");
	if (type != BLOCK_COMPRESSED)
		return decode_plain(decoder, type, bytes);
	if (decoder_left(decoder) < bytes)
		return decoder_fail_corrupt(decoder, "zstd: input ends in a block");
	return decode_compressed(decoder, frame, bytes);
}

static int finish_frame(struct decoder *decoder, const struct frame *frame, const uint8_t *start)
{
	size_t bytes = (size_t)(decoder->out - start);

	if (frame->has_content_bytes && frame->content_bytes != bytes)
		return decoder_fail_corrupt(decoder, "zstd: data size mismatch");
	if (!frame->has_checksum)
		return 0;
	if (decoder_left(decoder) < CHECKSUM_BYTES)
		return decoder_fail_corrupt(decoder, "zstd: input ends before the checksum");
	if ((uint32_t)xxh64(start, bytes) != read_le32(decoder->in))
		return decoder_fail_corrupt(decoder, "zstd: data checksum mismatch");
	decoder->in += CHECKSUM_BYTES;
	return 0;
}

static void start_frame(struct zstd_work *work, const uint8_t *out)
{
	work->frame = out;
	work->huffman.is_set = false;
	for (unsigned int i = 0; i < ZSTD_NR_PARTS; i++)
		work->parts[i].is_set = false;
	work->offsets[0] = 1;
	work->offsets[1] = 4;
	work->offsets[2] = 8;
}

int zstd_decode(struct decoder *decoder)
{
	const uint8_t *start = decoder->out;
	struct frame frame;
	bool last = false;
	int rc = read_header(decoder, &frame);

	if (rc)
		return rc;
	decoder->in += frame.header_bytes;
	start_frame(decoder->work, start);
	while (rc == 0 && !last)
		rc = decode_block(decoder, &frame, &last);
	return rc ? rc : finish_frame(decoder, &frame, start);
}

int zstd_read_size(struct decoder *decoder, uint64_t *size)
{
	struct frame frame;

	if (read_header(decoder, &frame))
		return -EINVAL;
	if (!frame.has_content_bytes)
		return -ENOENT;
	*size = frame.content_bytes;
	return 0;
}
