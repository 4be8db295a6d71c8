/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The .xz container: one stream of blocks, each LZMA2 with or without the x86 filter before it, and
 * its index. Source: the .xz file format 1.1.0; the section is named where it is not plain.
 *
 * The index is not stored but compared as a running CRC and sum of the blocks that were met. An index
 * that does not fit the blocks is an error; streams after the first are not looked at.
 */
#include "xz.h"

#define HEADER_BYTES 12U
#define FOOTER_BYTES 12U
#define MAGIC_BYTES 6U
#define VLI_BYTES 9U
#define BLOCK_ALIGN 4U
#define FILTER_X86 0x04U
#define FILTER_LZMA2 0x21U
#define LZMA2_MAX_DICT 40U
#define BLOCK_NR_FILTERS 0x03U
#define BLOCK_RESERVED 0x3cU
#define BLOCK_HAS_IN_SIZE 0x40U
#define BLOCK_HAS_OUT_SIZE 0x80U
#define INDEX_INDICATOR 0x00U

enum check { CHECK_NONE = 0, CHECK_CRC32 = 1, CHECK_CRC64 = 4, CHECK_SHA256 = 10 };

static const uint8_t check_bytes[16] = {
	[CHECK_CRC32] = 4, [CHECK_CRC64] = 8, [CHECK_SHA256] = SHA256_BYTES};

/* What an index lists, of the blocks met or of the index itself. */
struct block_sum {
	uint64_t nr_blocks;
	uint64_t out_bytes;
	uint32_t crc; /* of each block's pair of sizes */
};

struct block {
	bool has_in_bytes;
	bool has_out_bytes;
	uint64_t in_bytes;
	uint64_t out_bytes;
	bool has_x86;
	uint32_t x86_start;
};

struct xz {
	struct decoder *decoder;
	struct xz_work *work;
	enum check check;
};

static const uint8_t magic[MAGIC_BYTES] = {0xfd, '7', 'z', 'X', 'Z', 0};

/* A number of up to 63 bits, seven to a byte; false when it is cut off or not in its short form. */
static bool take_vli(const uint8_t **in, const uint8_t *end, uint64_t *value)
{
	uint64_t sum = 0;
	uint8_t byte;

	for (unsigned int i = 0; i < VLI_BYTES && *in < end; i++) {
		byte = *(*in)++;
		sum |= (uint64_t)(byte & 0x7f) << (7 * i);
		if (byte & 0x80)
			continue;
		if (byte == 0 && i > 0)
			return false;
		*value = sum;
		return true;
	}
	return false;
}

static void add_block(struct block_sum *sum, const struct crc32_tables *crc32, uint64_t in_bytes,
		      uint64_t out_bytes)
{
	uint64_t sizes[2] = {in_bytes, out_bytes};

	sum->nr_blocks++;
	sum->out_bytes += out_bytes;
	sum->crc = crc32_update(crc32, sum->crc, sizes, sizeof(sizes));
}

static int read_stream_header(struct xz *xz)
{
	struct decoder *decoder = xz->decoder;
	const uint8_t *in = decoder->in;

	if (decoder_left(decoder) < HEADER_BYTES)
		return decoder_fail_corrupt(decoder, "xz: input ends in the stream header");
	if (memcmp(in, magic, MAGIC_BYTES) != 0)
		return decoder_fail_corrupt(decoder, "xz: no signature");
	if (crc32_update(&xz->work->crc32, 0, in + 6, 2) != read_le32(in + 8))
		return decoder_fail_corrupt(decoder, "xz: stream header CRC mismatch");
	if (in[6] != 0 || in[7] > 15)
		return decoder_fail(decoder, -EOPNOTSUPP, "xz: unknown stream flags");
	xz->check = (enum check)in[7];
	if (xz->check != CHECK_NONE && check_bytes[xz->check] == 0)
		return decoder_fail(decoder, -EOPNOTSUPP, "xz: unknown type of check");
	decoder->in += HEADER_BYTES;
	return 0;
}

static int read_filter_x86(struct block *block, struct decoder *decoder, const uint8_t *properties,
			   uint64_t bytes)
{
	if (bytes != 0 && bytes != sizeof(uint32_t))
		return decoder_fail_corrupt(decoder, "xz: x86 filter properties of invalid size");
	block->has_x86 = true;
	block->x86_start = bytes ? read_le32(properties) : 0;
	return 0;
}

/* Takes one filter of the chain; the last, and only the last, is LZMA2. */
static int read_filter(struct block *block, struct decoder *decoder, const uint8_t **in,
		       const uint8_t *end, bool last)
{
	const uint8_t *properties;
	uint64_t id, bytes;

	if (!take_vli(in, end, &id) || !take_vli(in, end, &bytes) || bytes > (uint64_t)(end - *in))
		return decoder_fail_corrupt(decoder, "xz: invalid filter flags");
	properties = *in;
	*in += bytes;
	if (last && id == FILTER_LZMA2) {
		if (bytes != 1 || *properties > LZMA2_MAX_DICT)
			return decoder_fail_corrupt(decoder, "xz: invalid LZMA2 properties");
		return 0;
	}
	if (!last && id == FILTER_X86 && !block->has_x86)
		return read_filter_x86(block, decoder, properties, bytes);
	return decoder_fail(decoder, -EOPNOTSUPP, "xz: a filter other than LZMA2 after x86");
}

/* The fields of a block header between its size byte and its CRC. */
static int read_block_fields(struct block *block, struct decoder *decoder, const uint8_t *in,
			     const uint8_t *end)
{
	uint8_t flags = *in++;
	unsigned int nr_filters = (flags & BLOCK_NR_FILTERS) + 1;
	int rc = 0;

	if (flags & BLOCK_RESERVED)
		return decoder_fail(decoder, -EOPNOTSUPP, "xz: unknown block flags");
	block->has_in_bytes = flags & BLOCK_HAS_IN_SIZE;
	block->has_out_bytes = flags & BLOCK_HAS_OUT_SIZE;
	if (block->has_in_bytes && (!take_vli(&in, end, &block->in_bytes) || !block->in_bytes))
		return decoder_fail_corrupt(decoder, "xz: invalid compressed size of a block");
	if (block->has_out_bytes && !take_vli(&in, end, &block->out_bytes))
		return decoder_fail_corrupt(decoder, "xz: invalid decompressed size of a block");
	for (unsigned int i = 0; i < nr_filters && rc == 0; i++)
		rc = read_filter(block, decoder, &in, end, i == nr_filters - 1);
	if (rc)
		return rc;
	while (in < end)
		if (*in++ != 0)
			return decoder_fail_corrupt(decoder,
						    "xz: block header padding is not zero");
	return 0;
}

static int read_block_header(struct xz *xz, struct block *block)
{
	struct decoder *decoder = xz->decoder;
	const uint8_t *in = decoder->in;
	size_t bytes = ((size_t)in[0] + 1) * 4;
	int rc;

	if (decoder_left(decoder) < bytes)
		return decoder_fail_corrupt(decoder, "xz: input ends in a block header");
	if (crc32_update(&xz->work->crc32, 0, in, bytes - 4) != read_le32(in + bytes - 4))
		return decoder_fail_corrupt(decoder, "xz: block header CRC mismatch");
	*block = (struct block){.has_x86 = false};
	rc = read_block_fields(block, decoder, in + 1, in + bytes - 4);
	decoder->in += bytes;
	return rc;
}

static bool is_check_right(const struct xz *xz, const uint8_t *stored, const uint8_t *data,
			   size_t bytes)
{
	uint8_t digest[SHA256_BYTES];

	switch (xz->check) {
	case CHECK_CRC32:
		return crc32_update(&xz->work->crc32, 0, data, bytes) == read_le32(stored);
	case CHECK_CRC64:
		return crc64_update(&xz->work->crc64, 0, data, bytes) == read_le64(stored);
	case CHECK_SHA256:
		sha256(data, bytes, digest);
		return memcmp(digest, stored, sizeof(digest)) == 0;
	default:
		return true;
	}
}

/* Zeros up to a multiple of four bytes, counted from start. */
static int skip_padding(struct decoder *decoder, const uint8_t *start)
{
	while ((size_t)(decoder->in - start) % BLOCK_ALIGN) {
		if (decoder_left(decoder) < 1)
			return decoder_fail_corrupt(decoder, "xz: input ends in padding");
		if (*decoder->in++ != 0)
			return decoder_fail_corrupt(decoder, "xz: padding is not zero");
	}
	return 0;
}

/* Decodes a block's data and compares its sizes with those the header states. */
static int decode_block_data(struct xz *xz, const struct block *block)
{
	struct decoder *decoder = xz->decoder;
	const uint8_t *in = decoder->in;
	uint8_t *out = decoder->out;
	size_t out_bytes;
	int rc = lzma2_decode(&xz->work->lzma, decoder);

	if (rc)
		return rc;
	out_bytes = (size_t)(decoder->out - out);
	if ((block->has_in_bytes && block->in_bytes != (size_t)(decoder->in - in)) ||
	    (block->has_out_bytes && block->out_bytes != out_bytes))
		return decoder_fail_corrupt(decoder, "xz: a block's size is not what it states");
	if (block->has_x86)
		bcj_x86_decode(out, out_bytes, block->x86_start);
	return 0;
}

static int decode_block(struct xz *xz, struct block_sum *sum)
{
	struct decoder *decoder = xz->decoder;
	const uint8_t *in = decoder->in;
	const uint8_t *out = decoder->out;
	size_t bytes = check_bytes[xz->check];
	struct block block;
	uint64_t in_bytes;
	int rc;

	rc = read_block_header(xz, &block);
	if (rc == 0)
		rc = decode_block_data(xz, &block);
	if (rc)
		return rc;
	in_bytes = (uint64_t)(decoder->in - in) + bytes;
	rc = skip_padding(decoder, in);
	if (rc)
		return rc;
	if (decoder_left(decoder) < bytes)
		return decoder_fail_corrupt(decoder, "xz: input ends in a block's check");
	if (!is_check_right(xz, decoder->in, out, (size_t)(decoder->out - out)))
		return decoder_fail_corrupt(decoder, "xz: a block's data do not match their check");
	decoder->in += bytes;
	add_block(sum, &xz->work->crc32, in_bytes, (uint64_t)(decoder->out - out));
	return 0;
}

/* Reads the index that in is at, and sums up what it lists. */
static int read_index(struct xz *xz, struct block_sum *sum)
{
	struct decoder *decoder = xz->decoder;
	const uint8_t *start = decoder->in++;
	uint64_t nr_blocks, in_bytes, out_bytes;
	uint32_t crc;
	int rc;

	if (!take_vli(&decoder->in, decoder->in_end, &nr_blocks))
		return decoder_fail_corrupt(decoder, "xz: invalid number of blocks in the index");
	while (sum->nr_blocks < nr_blocks) {
		if (!take_vli(&decoder->in, decoder->in_end, &in_bytes) ||
		    !take_vli(&decoder->in, decoder->in_end, &out_bytes))
			return decoder_fail_corrupt(decoder, "xz: invalid block size in the index");
		add_block(sum, &xz->work->crc32, in_bytes, out_bytes);
	}
	rc = skip_padding(decoder, start);
	if (rc)
		return rc;
	if (decoder_left(decoder) < sizeof(crc))
		return decoder_fail_corrupt(decoder, "xz: input ends in the index");
	crc = crc32_update(&xz->work->crc32, 0, start, (size_t)(decoder->in - start));
	if (crc != read_le32(decoder->in))
		return decoder_fail_corrupt(decoder, "xz: index CRC mismatch");
	decoder->in += sizeof(crc);
	return 0;
}

static int check_stream_footer(struct xz *xz, size_t index_bytes)
{
	struct decoder *decoder = xz->decoder;
	const uint8_t *in = decoder->in;

	if (decoder_left(decoder) < FOOTER_BYTES)
		return decoder_fail_corrupt(decoder, "xz: input ends in the stream footer");
	if (in[10] != 'Y' || in[11] != 'Z')
		return decoder_fail_corrupt(decoder, "xz: no signature at the end");
	if (crc32_update(&xz->work->crc32, 0, in + 4, 6) != read_le32(in))
		return decoder_fail_corrupt(decoder, "xz: stream footer CRC mismatch");
	if (in[8] != 0 || in[9] != xz->check)
		return decoder_fail_corrupt(decoder, "xz: stream footer does not match the header");
	if (((uint64_t)read_le32(in + 4) + 1) * 4 != index_bytes)
		return decoder_fail_corrupt(decoder,
					    "xz: stream footer misstates the index's size");
	decoder->in += FOOTER_BYTES;
	return 0;
}

static int finish_stream(struct xz *xz, const struct block_sum *met)
{
	struct decoder *decoder = xz->decoder;
	struct block_sum listed = {0};
	const uint8_t *start = decoder->in;
	int rc;

	rc = read_index(xz, &listed);
	if (rc)
		return rc;
	if (listed.nr_blocks != met->nr_blocks || listed.crc != met->crc)
		return decoder_fail_corrupt(decoder, "xz: the index does not match the blocks");
	return check_stream_footer(xz, (size_t)(decoder->in - start));
}

int xz_decode(struct decoder *decoder)
{
	struct xz xz = {.decoder = decoder, .work = decoder->work};
	struct block_sum met = {0};
	int rc;

	crc32_init(&xz.work->crc32);
	crc64_init(&xz.work->crc64);
	rc = read_stream_header(&xz);
	while (rc == 0) {
		if (decoder_left(decoder) < 1)
			return decoder_fail_corrupt(decoder, "xz: input ends before the index");
		if (*decoder->in == INDEX_INDICATOR)
			return finish_stream(&xz, &met);
		rc = decode_block(&xz, &met);
	}
	return rc;
}

/* Sums an index up without its CRC: what it states is only a claim to the caller. */
static bool sum_index(const uint8_t *in, const uint8_t *end, uint64_t *size)
{
	uint64_t nr_blocks, in_bytes, out_bytes, sum = 0;

	if (in >= end || *in++ != INDEX_INDICATOR || !take_vli(&in, end, &nr_blocks))
		return false;
	for (; nr_blocks > 0; nr_blocks--)
		if (!take_vli(&in, end, &in_bytes) || !take_vli(&in, end, &out_bytes) ||
		    __builtin_add_overflow(sum, out_bytes, &sum))
			return false;
	*size = sum;
	return true;
}

int xz_read_size(struct decoder *decoder, uint64_t *size)
{
	/* At the very end, or with the size that Linux appends behind it. */
	static const uint8_t trailing_bytes[] = {0, sizeof(uint32_t)};
	size_t left = decoder_left(decoder);
	const uint8_t *footer;
	uint64_t index_bytes;

	for (unsigned int i = 0; i < ARRAY_SIZE(trailing_bytes); i++) {
		if (left < HEADER_BYTES + FOOTER_BYTES + trailing_bytes[i])
			return -ENOENT;
		footer = decoder->in_end - trailing_bytes[i] - FOOTER_BYTES;
		index_bytes = ((uint64_t)read_le32(footer + 4) + 1) * 4;
		if (footer[10] == 'Y' && footer[11] == 'Z' &&
		    index_bytes <= (uint64_t)(footer - decoder->in) &&
		    sum_index(footer - index_bytes, footer, size))
			return 0;
	}
	return -ENOENT;
}
