/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DEFLATE blocks. Bits are taken from a 64-bit reservoir; behind the input's end it is filled with
 * zeros that are counted, so that no single bit need be checked and an overrun still never passes.
 */
#include "inflate.h"

#define NR_LITERALS 286U
#define NR_DISTANCES 30U
#define END_OF_BLOCK 256U
#define NR_CODE_LENGTHS 19U
#define MAX_MATCH 258U
#define REPEAT_LAST 16U
#define REPEAT_ZERO_SHORT 17U
#define INVALID_SYMBOL 0xffffU

struct bits {
	uint64_t word;
	unsigned int count;
	unsigned int phantom_bytes; /* zeros put in behind the input's end */
	const uint8_t *in;
	const uint8_t *in_end;
};

/* Sources of the tables: RFC 1951, sections 3.2.5 and 3.2.7. */
static const uint16_t length_base[] = {3,  4,  5,  6,	7,   8,	  9,   10,  11, 13,
				       15, 17, 19, 23,	27,  31,  35,  43,  51, 59,
				       67, 83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_bits[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
				      2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[] = {
	1,   2,	  3,   4,   5,	 7,    9,    13,   17,	 25,   33,   49,   65,	  97,	 129,
	193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
static const uint8_t distance_bits[] = {0, 0, 0, 0, 1, 1, 2, 2,	 3,  3,	 4,  4,	 5,  5,	 6,
					6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
static const uint8_t code_length_order[NR_CODE_LENGTHS] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
							   11, 4,  12, 3, 13, 2, 14, 1, 15};

/* Tops the reservoir up to at least 56 bits. */
static always_inline void refill(struct bits *bits)
{
	if (likely(bits->in_end - bits->in >= 8)) {
		bits->word |= read_le64(bits->in) << bits->count;
		bits->in += (63 - bits->count) >> 3;
		bits->count |= 56;
		return;
	}
	while (bits->count <= 56) {
		if (bits->in < bits->in_end)
			bits->word |= (uint64_t)*bits->in++ << bits->count;
		else
			bits->phantom_bytes++;
		bits->count += 8;
	}
}

static always_inline void drop_bits(struct bits *bits, unsigned int count)
{
	bits->word >>= count;
	bits->count -= count;
}

/* Up to 16 bits that a refill before has made sure of. */
static always_inline uint32_t take_bits(struct bits *bits, unsigned int count)
{
	uint32_t value = (uint32_t)bits->word & ((1U << count) - 1);

	drop_bits(bits, count);
	return value;
}

/* Whether bits behind the input's end were taken. */
static always_inline bool is_overrun(const struct bits *bits)
{
	return bits->phantom_bytes * 8 > bits->count;
}

static uint32_t reverse_bits(uint32_t code, unsigned int count)
{
	uint32_t reversed = 0;

	for (; count > 0; count--, code >>= 1)
		reversed = reversed << 1 | (code & 1);
	return reversed;
}

static void fill_fast(struct inflate_codes *codes, const uint8_t *lengths, unsigned int nr_symbols)
{
	uint32_t next[INFLATE_MAX_BITS + 2] = {0};
	uint32_t code;

	memset(codes->fast, 0, sizeof(codes->fast));
	for (unsigned int bits = 1; bits <= INFLATE_MAX_BITS; bits++)
		next[bits + 1] = (next[bits] + codes->count[bits]) << 1;
	for (unsigned int i = 0; i < nr_symbols; i++) {
		unsigned int bits = lengths[i];

		if (bits == 0 || bits > INFLATE_FAST_BITS)
			continue;
		code = reverse_bits(next[bits]++, bits);
		for (; code < ARRAY_SIZE(codes->fast); code += 1U << bits)
			codes->fast[code] = (uint16_t)(i << 4 | bits);
	}
}

/* Makes codes from the symbols' lengths; false when there are more than the lengths allow. */
static bool build_codes(struct inflate_codes *codes, const uint8_t *lengths,
			unsigned int nr_symbols)
{
	uint16_t offsets[INFLATE_MAX_BITS + 2] = {0};
	int left = 1;

	memset(codes->count, 0, sizeof(codes->count));
	for (unsigned int i = 0; i < nr_symbols; i++)
		codes->count[lengths[i]]++;
	codes->count[0] = 0;
	for (unsigned int bits = 1; bits <= INFLATE_MAX_BITS; bits++) {
		left = left * 2 - codes->count[bits];
		if (left < 0)
			return false;
		offsets[bits + 1] = (uint16_t)(offsets[bits] + codes->count[bits]);
	}
	for (unsigned int i = 0; i < nr_symbols; i++)
		if (lengths[i])
			codes->symbols[offsets[lengths[i]]++] = (uint16_t)i;
	fill_fast(codes, lengths, nr_symbols);
	return true;
}

/* A code longer than the table, bit by bit: its place among the codes of each length in turn. */
static uint32_t take_long_symbol(struct bits *bits, const struct inflate_codes *codes)
{
	uint32_t place = 0, first = 0;

	for (unsigned int length = 1; length <= INFLATE_MAX_BITS; length++) {
		place = place << 1 | take_bits(bits, 1);
		if (place < codes->count[length])
			return codes->symbols[first + place];
		place -= codes->count[length];
		first += codes->count[length];
	}
	return INVALID_SYMBOL;
}

static always_inline uint32_t take_symbol(struct bits *bits, const struct inflate_codes *codes)
{
	uint32_t entry = codes->fast[bits->word & ((1U << INFLATE_FAST_BITS) - 1)];

	if (unlikely(entry == 0))
		return take_long_symbol(bits, codes);
	drop_bits(bits, entry & 15);
	return entry >> 4;
}

/* The match whose length symbol was just taken. A refill is good for all 48 bits of both. */
static int decode_match(struct inflate *inflate, struct bits *bits, struct decoder *decoder,
			uint32_t symbol)
{
	size_t length, distance;

	symbol -= END_OF_BLOCK + 1;
	if (symbol >= ARRAY_SIZE(length_base))
		return decoder_fail_corrupt(decoder, "deflate: invalid length symbol");
	length = length_base[symbol] + take_bits(bits, length_bits[symbol]);
	symbol = take_symbol(bits, &inflate->distances);
	if (symbol >= NR_DISTANCES)
		return decoder_fail_corrupt(decoder, "deflate: invalid distance symbol");
	distance = distance_base[symbol] + take_bits(bits, distance_bits[symbol]);
	if (distance > (size_t)(decoder->out - decoder->base))
		return decoder_fail_corrupt(decoder, "deflate: a match reaches before the start");
	if (length > decoder_room(decoder))
		return decoder_fail(decoder, -ENOSPC, "deflate: more output than room");
	decoder->out = copy_match(decoder->out, decoder->out_end, distance, length);
	return 0;
}

static int decode_symbols(struct inflate *inflate, struct bits *bits, struct decoder *decoder)
{
	uint32_t symbol;
	int rc;

	for (;;) {
		refill(bits);
		symbol = take_symbol(bits, &inflate->literals);
		if (symbol < END_OF_BLOCK) {
			if (decoder_room(decoder) < 1)
				return decoder_fail(decoder, -ENOSPC,
						    "deflate: more output than room");
			*decoder->out++ = (uint8_t)symbol;
		} else if (symbol == END_OF_BLOCK) {
			return 0;
		} else {
			rc = decode_match(inflate, bits, decoder, symbol);
			if (rc)
				return rc;
		}
		if (unlikely(is_overrun(bits)))
			return decoder_fail_corrupt(decoder, "deflate: input ends in a block");
	}
}

static void set_fixed_codes(struct inflate *inflate)
{
	uint8_t *lengths = inflate->lengths;

	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	memset(lengths + INFLATE_MAX_SYMBOLS, 5, 32);
	/* Both are complete: they cannot fail. */
	(void)!build_codes(&inflate->literals, lengths, INFLATE_MAX_SYMBOLS);
	(void)!build_codes(&inflate->distances, lengths + INFLATE_MAX_SYMBOLS, 32);
}

/* The lengths of literal and distance codes, themselves coded; nr is their sum. */
static const char *read_lengths(struct inflate *inflate, struct bits *bits, unsigned int nr)
{
	unsigned int i = 0, repeat;
	uint32_t symbol;
	uint8_t value;

	while (i < nr) {
		refill(bits);
		symbol = take_symbol(bits, &inflate->literals);
		if (is_overrun(bits) || symbol >= NR_CODE_LENGTHS)
			return "deflate: invalid code in a block header";
		if (symbol < REPEAT_LAST) {
			inflate->lengths[i++] = (uint8_t)symbol;
			continue;
		}
		value = 0;
		if (symbol == REPEAT_LAST) {
			if (i == 0)
				return "deflate: a block header repeats nothing";
			value = inflate->lengths[i - 1];
			repeat = 3 + take_bits(bits, 2);
		} else if (symbol == REPEAT_ZERO_SHORT) {
			repeat = 3 + take_bits(bits, 3);
		} else {
			repeat = 11 + take_bits(bits, 7);
		}
		if (repeat > nr - i)
			return "deflate: a block header repeats too much";
		memset(inflate->lengths + i, value, repeat);
		i += repeat;
	}
	return NULL;
}

static const char *read_dynamic_codes(struct inflate *inflate, struct bits *bits)
{
	unsigned int nr_literals, nr_distances, nr_code_lengths;
	uint8_t lengths[NR_CODE_LENGTHS] = {0};
	const char *wrong;

	refill(bits);
	nr_literals = 257 + take_bits(bits, 5);
	nr_distances = 1 + take_bits(bits, 5);
	nr_code_lengths = 4 + take_bits(bits, 4);
	if (nr_literals > NR_LITERALS || nr_distances > NR_DISTANCES)
		return "deflate: too many codes";
	for (unsigned int i = 0; i < nr_code_lengths; i++) {
		refill(bits);
		lengths[code_length_order[i]] = (uint8_t)take_bits(bits, 3);
	}
	if (!build_codes(&inflate->literals, lengths, NR_CODE_LENGTHS))
		return "deflate: invalid code lengths";
	wrong = read_lengths(inflate, bits, nr_literals + nr_distances);
	if (wrong)
		return wrong;
	if (inflate->lengths[END_OF_BLOCK] == 0)
		return "deflate: a block without end";
	if (!build_codes(&inflate->distances, inflate->lengths + nr_literals, nr_distances) ||
	    !build_codes(&inflate->literals, inflate->lengths, nr_literals))
		return "deflate: invalid code lengths";
	return NULL;
}

/* Gives back whole bytes of the reservoir and drops the rest; false when it was overrun. */
static bool align_input(struct bits *bits)
{
	unsigned int whole = bits->count / 8;

	if (is_overrun(bits))
		return false;
	bits->in -= whole - bits->phantom_bytes;
	bits->word = 0;
	bits->count = 0;
	bits->phantom_bytes = 0;
	return true;
}

static int copy_stored(struct bits *bits, struct decoder *decoder)
{
	size_t length;

	if (!align_input(bits) || bits->in_end - bits->in < 4)
		return decoder_fail_corrupt(decoder, "deflate: input ends in a block header");
	length = read_le16(bits->in);
	if ((length ^ read_le16(bits->in + 2)) != 0xffff)
		return decoder_fail_corrupt(decoder, "deflate: invalid length of a stored block");
	bits->in += 4;
	if ((size_t)(bits->in_end - bits->in) < length)
		return decoder_fail_corrupt(decoder, "deflate: input ends in a stored block");
	if (length > decoder_room(decoder))
		return decoder_fail(decoder, -ENOSPC, "deflate: more output than room");
	if (length > 0)
		memcpy(decoder->out, bits->in, length);
	bits->in += length;
	decoder->out += length;
	return 0;
}

static int decode_block(struct inflate *inflate, struct bits *bits, struct decoder *decoder,
			uint32_t type)
{
	const char *wrong;

	switch (type) {
	case 0:
		return copy_stored(bits, decoder);
	case 1:
		set_fixed_codes(inflate);
		break;
	case 2:
		wrong = read_dynamic_codes(inflate, bits);
		if (wrong)
			return decoder_fail_corrupt(decoder, wrong);
		break;
	default:
		return decoder_fail_corrupt(decoder, "deflate: invalid block type");
	}
	return decode_symbols(inflate, bits, decoder);
}

int inflate_decode(struct inflate *inflate, struct decoder *decoder)
{
	struct bits bits = {.in = decoder->in, .in_end = decoder->in_end};
	bool last = false;
	int rc;

	while (!last) {
		refill(&bits);
		last = take_bits(&bits, 1);
		rc = decode_block(inflate, &bits, decoder, take_bits(&bits, 2));
		if (rc)
			return rc;
		if (is_overrun(&bits))
			return decoder_fail_corrupt(decoder, "deflate: input ends in a block");
	}
	if (!align_input(&bits))
		return decoder_fail_corrupt(decoder, "deflate: input ends in a block");
	decoder->in = bits.in;
	return 0;
}
