/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FSE tables: their description in the stream (RFC 8878, 4.1.1) and the decoding table made of it.
 */
#include "zstd.h"

#define MIN_LOG 5U

/* A description is a little-endian bit stream that is read forwards. */
struct forward_bits {
	const uint8_t *start;
	size_t bytes;
	size_t position; /* in bits */
};

/* Up to 24 bits without taking them; zeros behind the end. */
static uint32_t peek_forward(const struct forward_bits *bits, unsigned int count)
{
	size_t byte = bits->position / 8;
	uint32_t word = 0;

	for (unsigned int i = 0; i < sizeof(word) && byte + i < bits->bytes; i++)
		word |= (uint32_t)bits->start[byte + i] << (8 * i);
	return word >> (bits->position % 8) & ((1U << count) - 1);
}

static uint32_t take_forward(struct forward_bits *bits, unsigned int count)
{
	uint32_t value = peek_forward(bits, count);

	bits->position += count;
	return value;
}

/* A number from 0 to max, the lowest of which take one bit less than the others. */
static uint32_t take_up_to(struct forward_bits *bits, uint32_t max)
{
	unsigned int count = zstd_highest_bit(max) + 1;
	uint32_t nr_short = (1U << count) - 1 - max;
	uint32_t value = peek_forward(bits, count - 1);

	if (value < nr_short) {
		bits->position += count - 1;
		return value;
	}
	value = take_forward(bits, count);
	return value >> (count - 1) ? value - nr_short : value;
}

/* Deals the slots to the symbols: those below one unit from the top, the others in strides. */
static void spread_symbols(struct zstd_fse *fse, const int16_t *probabilities,
			   unsigned int nr_symbols)
{
	unsigned int size = 1U << fse->log, high = size, position = 0;
	unsigned int step = (size >> 1) + (size >> 3) + 3;

	for (unsigned int s = 0; s < nr_symbols; s++)
		if (probabilities[s] < 0)
			fse->entries[--high].symbol = (uint8_t)s;
	for (unsigned int s = 0; s < nr_symbols; s++) {
		for (int i = 0; i < probabilities[s]; i++) {
			fse->entries[position].symbol = (uint8_t)s;
			do
				position = (position + step) & (size - 1);
			while (position >= high);
		}
	}
}

void zstd_fse_build(struct zstd_fse *fse, const int16_t *probabilities, unsigned int nr_symbols,
		    unsigned int log)
{
	uint16_t next[ZSTD_MAX_SYMBOLS];
	unsigned int size = 1U << log, state;

	fse->log = log;
	fse->is_set = true;
	spread_symbols(fse, probabilities, nr_symbols);
	for (unsigned int s = 0; s < nr_symbols; s++)
		next[s] = probabilities[s] < 0 ? 1 : (uint16_t)probabilities[s];
	for (unsigned int i = 0; i < size; i++) {
		struct zstd_fse_entry *entry = &fse->entries[i];

		state = next[entry->symbol]++;
		entry->bits = (uint8_t)(log - zstd_highest_bit(state));
		entry->baseline = (uint16_t)((state << entry->bits) - size);
	}
}

void zstd_fse_build_single(struct zstd_fse *fse, uint8_t symbol)
{
	fse->log = 0;
	fse->is_set = true;
	fse->entries[0] = (struct zstd_fse_entry){.symbol = symbol};
}

/* Reads the probabilities of up to max_symbol; *nr_symbols is how many there are. */
static const char *read_probabilities(struct forward_bits *bits, int16_t *probabilities,
				      unsigned int max_symbol, unsigned int log,
				      unsigned int *nr_symbols)
{
	uint32_t left = 1U << log, repeat;
	unsigned int nr = 0;
	int value;

	while (left > 0) {
		if (nr > max_symbol || bits->position > bits->bytes * 8)
			return "zstd: invalid FSE table";
		value = (int)take_up_to(bits, left + 1) - 1;
		probabilities[nr++] = (int16_t)value;
		left -= value < 0 ? 1 : (uint32_t)value;
		repeat = value == 0 ? 3 : 0;
		while (repeat == 3) {
			repeat = take_forward(bits, 2);
			if (repeat > max_symbol + 1 - nr)
				return "zstd: invalid FSE table";
			for (uint32_t i = 0; i < repeat; i++)
				probabilities[nr++] = 0;
		}
	}
	*nr_symbols = nr;
	return NULL;
}

const char *zstd_fse_read(struct zstd_fse *fse, const uint8_t **in, const uint8_t *end,
			  unsigned int max_symbol, unsigned int max_log)
{
	struct forward_bits bits = {.start = *in, .bytes = (size_t)(end - *in)};
	int16_t probabilities[ZSTD_MAX_SYMBOLS];
	unsigned int log, nr_symbols;
	const char *wrong;

	log = take_forward(&bits, 4) + MIN_LOG;
	if (log > max_log)
		return "zstd: FSE table is too large";
	wrong = read_probabilities(&bits, probabilities, max_symbol, log, &nr_symbols);
	if (wrong)
		return wrong;
	if (bits.position > bits.bytes * 8)
		return "zstd: input ends in an FSE table";
	*in += (bits.position + 7) / 8;
	zstd_fse_build(fse, probabilities, nr_symbols, log);
	return NULL;
}
