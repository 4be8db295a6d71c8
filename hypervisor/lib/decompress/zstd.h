/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of the zstd decoder: bit streams that are read backwards, FSE tables, Huffman-coded literals
 * and sequences. Source: RFC 8878; its section is named where a part is.
 *
 * Inner functions return NULL or what is wrong; zstd.c turns that into an errno.
 */
#ifndef DECOMPRESS_ZSTD_H
#define DECOMPRESS_ZSTD_H

#include "decoder.h"

#define ZSTD_MAX_BLOCK_BYTES (128U << 10)
#define ZSTD_MAX_FSE_LOG 9U
#define ZSTD_MAX_HUFFMAN_LOG 11U
#define ZSTD_MAX_SYMBOLS 256U

/* A stream that starts at its end: left counts the bits not yet taken, negative when overrun. */
struct zstd_bits {
	const uint8_t *start;
	int64_t left;
};

struct zstd_fse_entry {
	uint16_t baseline; /* the next state is this plus so many bits */
	uint8_t bits;
	uint8_t symbol;
};

struct zstd_fse {
	struct zstd_fse_entry entries[1U << ZSTD_MAX_FSE_LOG];
	unsigned int log;
	bool is_set; /* since the frame's start, as repeat mode needs */
};

struct zstd_huffman {
	uint16_t entries[1U << ZSTD_MAX_HUFFMAN_LOG]; /* bits << 8 | symbol */
	unsigned int log;
	bool is_set;
};

enum zstd_sequence_part { ZSTD_LITERAL_LENGTH, ZSTD_OFFSET, ZSTD_MATCH_LENGTH, ZSTD_NR_PARTS };

struct zstd_work {
	struct zstd_huffman huffman;
	struct zstd_fse weights;
	struct zstd_fse parts[ZSTD_NR_PARTS];
	uint8_t weight[ZSTD_MAX_SYMBOLS];
	uint32_t offsets[3]; /* the last three */
	size_t nr_literals;
	const uint8_t *frame; /* where the frame's output starts */
	uint8_t literals[ZSTD_MAX_BLOCK_BYTES];
};
CHECK_WORK_SIZE(struct zstd_work);

/* Opens the stream of that many bytes, whose last bit set marks its end; false when there is none. */
static inline bool zstd_bits_open(struct zstd_bits *bits, const uint8_t *start, size_t bytes)
{
	if (bytes == 0 || start[bytes - 1] == 0)
		return false;
	bits->start = start;
	bits->left = (int64_t)bytes * 8 - 1 - (__builtin_clz(start[bytes - 1]) - 24);
	return true;
}

/* The next bits, at the top of a word: at least 57 of them, zeros behind the stream's start. */
static always_inline uint64_t zstd_bits_peek(const struct zstd_bits *bits)
{
	size_t bytes;
	uint64_t word = 0;

	if (unlikely(bits->left <= 0))
		return 0;
	bytes = (size_t)(bits->left + 7) / 8;
	if (likely(bytes >= sizeof(word))) {
		word = read_le64(bits->start + bytes - sizeof(word));
		return word << (bytes * 8 - (size_t)bits->left);
	}
	memcpy(&word, bits->start, bytes);
	return word << (64 - bits->left);
}

/* Takes up to 57 bits. */
static always_inline uint64_t zstd_bits_take(struct zstd_bits *bits, unsigned int count)
{
	uint64_t word = zstd_bits_peek(bits);

	bits->left -= count;
	return word >> 1 >> (63 - count);
}

static inline unsigned int zstd_highest_bit(uint32_t value)
{
	return 31 - (unsigned int)__builtin_clz(value);
}

/*
 * Builds a table from the probabilities of nr_symbols, in units of 1 / 2^log; -1 stands for less
 * than one unit. Their sum must be 2^log.
 */
void zstd_fse_build(struct zstd_fse *fse, const int16_t *probabilities, unsigned int nr_symbols,
		    unsigned int log);
/* A table of one symbol that takes no bits. */
void zstd_fse_build_single(struct zstd_fse *fse, uint8_t symbol);
/* Reads a table description at *in and moves *in behind it. */
must_check const char *zstd_fse_read(struct zstd_fse *fse, const uint8_t **in, const uint8_t *end,
				     unsigned int max_symbol, unsigned int max_log);

/* Reads the Huffman tree description at *in and moves *in behind it. */
must_check const char *zstd_huffman_read(struct zstd_work *work, const uint8_t **in,
					 const uint8_t *end);
/* Reads a block's literals into work->literals and moves *in behind them. */
must_check const char *zstd_literals_read(struct zstd_work *work, const uint8_t **in,
					  const uint8_t *end);

/*
 * Carries out a block's sequences, from in to end, on decoder->out, which stays below limit.
 * *is_full tells that limit was what was in the way.
 */
must_check const char *zstd_sequences_decode(struct zstd_work *work, struct decoder *decoder,
					     const uint8_t *in, const uint8_t *end,
					     const uint8_t *limit, bool *is_full);

#endif /* DECOMPRESS_ZSTD_H */
