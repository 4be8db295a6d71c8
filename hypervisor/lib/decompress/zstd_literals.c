/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block's literals (RFC 8878, 3.1.1.3.1) and the Huffman trees that code them (4.2).
 */
#include "zstd.h"

#define MAX_WEIGHT_LOG 6U
#define DIRECT_WEIGHTS 128U
#define JUMP_TABLE_BYTES 6U
#define MAX_PEEKED_CODES 5U /* of 11 bits, in the 57 of a peek */

enum literals_type { LITERALS_RAW, LITERALS_RLE, LITERALS_COMPRESSED, LITERALS_TREELESS };

struct header {
	enum literals_type type;
	size_t bytes; /* of the header */
	size_t in_bytes;
	size_t out_bytes;
	bool has_four_streams;
};

/* Weights as 4-bit numbers, the first in the high half. */
static const char *read_direct_weights(uint8_t *weight, unsigned int nr_weights, const uint8_t **in,
				       const uint8_t *end)
{
	size_t bytes = (nr_weights + 1) / 2;

	if ((size_t)(end - *in) < bytes)
		return "zstd: input ends in a Huffman tree";
	for (unsigned int i = 0; i < nr_weights; i++)
		weight[i] = i & 1 ? (*in)[i / 2] & 15 : (*in)[i / 2] >> 4;
	*in += bytes;
	return NULL;
}

static uint8_t step_state(const struct zstd_fse *fse, struct zstd_bits *bits, uint32_t *state)
{
	const struct zstd_fse_entry *entry = &fse->entries[*state];

	*state = entry->baseline + (uint32_t)zstd_bits_take(bits, entry->bits);
	return entry->symbol;
}

/* Weights coded by two FSE states in turn, to the stream's end; 0 weights when that is unsound. */
static unsigned int decode_weights(const struct zstd_fse *fse, struct zstd_bits *bits,
				   uint8_t *weight)
{
	unsigned int nr_weights = 0, turn = 0;
	uint32_t state[2];

	state[0] = (uint32_t)zstd_bits_take(bits, fse->log);
	state[1] = (uint32_t)zstd_bits_take(bits, fse->log);
	if (bits->left < 0)
		return 0;
	while (nr_weights < ZSTD_MAX_SYMBOLS - 2) {
		weight[nr_weights++] = step_state(fse, bits, &state[turn]);
		turn ^= 1;
		if (bits->left < 0) {
			weight[nr_weights++] = fse->entries[state[turn]].symbol;
			return nr_weights;
		}
	}
	return 0;
}

static const char *read_coded_weights(struct zstd_work *work, size_t bytes, const uint8_t **in,
				      const uint8_t *end, unsigned int *nr_weights)
{
	const uint8_t *stop = *in + bytes;
	struct zstd_bits bits;
	const char *wrong;

	if ((size_t)(end - *in) < bytes)
		return "zstd: input ends in a Huffman tree";
	wrong = zstd_fse_read(&work->weights, in, stop, ZSTD_MAX_HUFFMAN_LOG + 1, MAX_WEIGHT_LOG);
	if (wrong)
		return wrong;
	if (!zstd_bits_open(&bits, *in, (size_t)(stop - *in)))
		return "zstd: Huffman weights without end mark";
	*nr_weights = decode_weights(&work->weights, &bits, work->weight);
	*in = stop;
	return *nr_weights ? NULL : "zstd: invalid Huffman weights";
}

/* Adds the last weight, which follows from the others; *log becomes the longest code. */
static const char *complete_weights(uint8_t *weight, unsigned int nr_weights, unsigned int *log)
{
	uint32_t sum = 0, rest;

	for (unsigned int i = 0; i < nr_weights; i++) {
		if (weight[i] > ZSTD_MAX_HUFFMAN_LOG)
			return "zstd: a Huffman code is too long";
		sum += weight[i] ? 1U << (weight[i] - 1) : 0;
	}
	if (sum == 0)
		return "zstd: empty Huffman tree";
	*log = zstd_highest_bit(sum) + 1;
	if (*log > ZSTD_MAX_HUFFMAN_LOG)
		return "zstd: a Huffman code is too long";
	rest = (1U << *log) - sum;
	if (rest & (rest - 1))
		return "zstd: incomplete Huffman tree";
	weight[nr_weights] = (uint8_t)(zstd_highest_bit(rest) + 1);
	return NULL;
}

/* Codes in rising order of weight, then of symbol, each over as many slots as its weight says. */
static const char *build_huffman(struct zstd_huffman *huffman, const uint8_t *weight,
				 unsigned int nr_symbols)
{
	unsigned int slot = 0, nr_longest = 0;

	for (unsigned int w = 1; w <= huffman->log; w++) {
		for (unsigned int s = 0; s < nr_symbols; s++) {
			uint16_t entry = (uint16_t)((huffman->log + 1 - w) << 8 | s);

			if (weight[s] != w)
				continue;
			nr_longest += w == 1;
			for (unsigned int i = 0; i < 1U << (w - 1); i++)
				huffman->entries[slot++] = entry;
		}
	}
	if (nr_longest < 2 || (nr_longest & 1))
		return "zstd: incomplete Huffman tree";
	huffman->is_set = true;
	return NULL;
}

const char *zstd_huffman_read(struct zstd_work *work, const uint8_t **in, const uint8_t *end)
{
	unsigned int nr_weights;
	const char *wrong;
	uint8_t header;

	if (*in >= end)
		return "zstd: input ends in a Huffman tree";
	work->huffman.is_set = false;
	header = *(*in)++;
	if (header >= DIRECT_WEIGHTS) {
		nr_weights = header - DIRECT_WEIGHTS + 1U;
		wrong = read_direct_weights(work->weight, nr_weights, in, end);
	} else {
		wrong = read_coded_weights(work, header, in, end, &nr_weights);
	}
	if (!wrong)
		wrong = complete_weights(work->weight, nr_weights, &work->huffman.log);
	return wrong ? wrong : build_huffman(&work->huffman, work->weight, nr_weights + 1);
}

static const char *decode_stream(const struct zstd_huffman *huffman, const uint8_t *in,
				 size_t in_bytes, uint8_t *out, size_t out_bytes)
{
	unsigned int shift = 64 - huffman->log, codes, used;
	const uint8_t *end = out + out_bytes;
	struct zstd_bits bits;
	uint16_t entry;
	uint64_t word;

	if (!zstd_bits_open(&bits, in, in_bytes))
		return "zstd: literals without end mark";
	while (out < end && bits.left >= 0) {
		codes = MIN(MAX_PEEKED_CODES, (unsigned int)MIN(end - out, 8));
		used = 0;
		word = zstd_bits_peek(&bits);
		for (unsigned int i = 0; i < codes; i++) {
			entry = huffman->entries[word >> shift];
			*out++ = (uint8_t)entry;
			word <<= entry >> 8;
			used += entry >> 8;
		}
		bits.left -= used;
	}
	return out == end && bits.left == 0 ? NULL : "zstd: literals do not end with their stream";
}

static const char *decode_four_streams(const struct zstd_huffman *huffman, const uint8_t *in,
				       size_t in_bytes, uint8_t *out, size_t out_bytes)
{
	size_t part = (out_bytes + 3) / 4, left, bytes;
	const uint8_t *stream = in + JUMP_TABLE_BYTES;
	const char *wrong = NULL;

	if (in_bytes < JUMP_TABLE_BYTES || 3 * part > out_bytes)
		return "zstd: literals are too short for four streams";
	left = in_bytes - JUMP_TABLE_BYTES;
	for (unsigned int i = 0; i < 4 && !wrong; i++) {
		bytes = i < 3 ? read_le16(in + 2 * i) : left;
		if (bytes > left)
			return "zstd: a stream of literals lies outside its block";
		wrong = decode_stream(huffman, stream, bytes, out,
				      i < 3 ? part : out_bytes - 3 * part);
		stream += bytes;
		left -= bytes;
		out += part;
	}
	return wrong;
}

static const char *read_header(struct header *header, const uint8_t *in, const uint8_t *end)
{
	/* By size format: bytes of the header and bits of each size. */
	static const uint8_t plain_bytes[] = {1, 2, 1, 3}, plain_shift[] = {3, 4, 3, 4};
	static const uint8_t coded_bytes[] = {3, 3, 4, 5}, coded_bits[] = {10, 10, 14, 18};
	unsigned int format;
	uint64_t word = 0;

	if (in >= end)
		return "zstd: input ends in a literals header";
	header->type = (enum literals_type)(*in & 3);
	format = *in >> 2 & 3;
	header->bytes = header->type >= LITERALS_COMPRESSED ? coded_bytes[format]
							    : plain_bytes[format];
	if ((size_t)(end - in) < header->bytes)
		return "zstd: input ends in a literals header";
	for (size_t i = 0; i < header->bytes; i++)
		word |= (uint64_t)in[i] << (8 * i);
	header->has_four_streams = format != 0;
	if (header->type >= LITERALS_COMPRESSED) {
		header->out_bytes = word >> 4 & ((1U << coded_bits[format]) - 1);
		header->in_bytes = word >> (4 + coded_bits[format]);
	} else {
		header->out_bytes = word >> plain_shift[format];
		header->in_bytes = header->type == LITERALS_RLE ? 1 : header->out_bytes;
	}
	if (header->out_bytes > ZSTD_MAX_BLOCK_BYTES)
		return "zstd: too many literals for a block";
	return NULL;
}

static const char *decode_huffman(struct zstd_work *work, const struct header *header,
				  const uint8_t *in, const uint8_t *end)
{
	const char *wrong;

	if (header->type == LITERALS_COMPRESSED) {
		wrong = zstd_huffman_read(work, &in, end);
		if (wrong)
			return wrong;
	} else if (!work->huffman.is_set) {
		return "zstd: literals without a Huffman tree";
	}
	if (header->has_four_streams)
		return decode_four_streams(&work->huffman, in, (size_t)(end - in), work->literals,
					   header->out_bytes);
	return decode_stream(&work->huffman, in, (size_t)(end - in), work->literals,
			     header->out_bytes);
}

const char *zstd_literals_read(struct zstd_work *work, const uint8_t **in, const uint8_t *end)
{
	const char *wrong = NULL;
	struct header header;
	const uint8_t *stop;

	wrong = read_header(&header, *in, end);
	if (wrong)
		return wrong;
	*in += header.bytes;
	if ((size_t)(end - *in) < header.in_bytes)
		return "zstd: literals lie outside their block";
	stop = *in + header.in_bytes;
	work->nr_literals = header.out_bytes;
	if (header.type == LITERALS_RAW)
		memcpy(work->literals, *in, header.out_bytes);
	else if (header.type == LITERALS_RLE)
		memset(work->literals, **in, header.out_bytes);
	else
		wrong = decode_huffman(work, &header, *in, stop);
	*in = stop;
	return wrong;
}
