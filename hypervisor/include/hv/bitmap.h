/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arrays of bits, not atomic: callers hold the lock that guards the map.
 *
 * Bit n is bit n % 64 of word n / 64. A size is given in bits; operations on whole maps leave the
 * bits of the last word beyond the size unspecified, and none ever reads them as members.
 */
#ifndef HV_BITMAP_H
#define HV_BITMAP_H

#include "hv/types.h"

#define BITMAP_WORD_BITS 64U
/* Words in a map of nr_bits. */
#define BITMAP_WORDS(nr_bits) (((nr_bits) + BITMAP_WORD_BITS - 1) / BITMAP_WORD_BITS)
/* Declares a map: BITMAP_DECLARE(used, 128) = { 0 }; */
#define BITMAP_DECLARE(name, nr_bits) unsigned long name[BITMAP_WORDS(nr_bits)]

static inline unsigned long bitmap_mask(size_t bit)
{
	return 1UL << (bit % BITMAP_WORD_BITS);
}

static inline void bitmap_set(unsigned long *map, size_t bit)
{
	map[bit / BITMAP_WORD_BITS] |= bitmap_mask(bit);
}

static inline void bitmap_clear(unsigned long *map, size_t bit)
{
	map[bit / BITMAP_WORD_BITS] &= ~bitmap_mask(bit);
}

static inline bool bitmap_test(const unsigned long *map, size_t bit)
{
	return (map[bit / BITMAP_WORD_BITS] & bitmap_mask(bit)) != 0;
}

/* Clears every bit of the map. */
static inline void bitmap_zero(unsigned long *map, size_t nr_bits)
{
	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		map[i] = 0;
}

/* The bits of word i that belong to a map of nr_bits. */
static inline unsigned long bitmap_valid_mask(size_t i, size_t nr_bits)
{
	size_t left = nr_bits - i * BITMAP_WORD_BITS;

	return left >= BITMAP_WORD_BITS ? ~0UL : (1UL << left) - 1;
}

/* First bit >= from whose word, xored with invert, has it set; nr_bits when there is none. */
static inline size_t bitmap_find_from(const unsigned long *map, size_t nr_bits, size_t from,
				      unsigned long invert)
{
	unsigned long word;
	size_t i, bit;

	if (from >= nr_bits)
		return nr_bits;
	i = from / BITMAP_WORD_BITS;
	word = (map[i] ^ invert) & (~0UL << (from % BITMAP_WORD_BITS));
	while (word == 0) {
		if (++i >= BITMAP_WORDS(nr_bits))
			return nr_bits;
		word = map[i] ^ invert;
	}
	bit = i * BITMAP_WORD_BITS + (size_t)__builtin_ctzl(word);
	return bit < nr_bits ? bit : nr_bits;
}

/* All finders return nr_bits when there is no such bit. */
static inline size_t bitmap_find_first_set(const unsigned long *map, size_t nr_bits)
{
	return bitmap_find_from(map, nr_bits, 0, 0);
}

static inline size_t bitmap_find_next_set(const unsigned long *map, size_t nr_bits, size_t from)
{
	return bitmap_find_from(map, nr_bits, from, 0);
}

static inline size_t bitmap_find_first_zero(const unsigned long *map, size_t nr_bits)
{
	return bitmap_find_from(map, nr_bits, 0, ~0UL);
}

static inline size_t bitmap_find_next_zero(const unsigned long *map, size_t nr_bits, size_t from)
{
	return bitmap_find_from(map, nr_bits, from, ~0UL);
}

/* Set bits of one word; the compiler's built-in calls a library that we do not link. */
static inline size_t bitmap_word_weight(unsigned long word)
{
	word -= (word >> 1) & 0x5555555555555555UL;
	word = (word & 0x3333333333333333UL) + ((word >> 2) & 0x3333333333333333UL);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fUL;
	return (word * 0x0101010101010101UL) >> 56;
}

/* Number of set bits. */
static inline size_t bitmap_weight(const unsigned long *map, size_t nr_bits)
{
	size_t weight = 0;

	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		weight += bitmap_word_weight(map[i] & bitmap_valid_mask(i, nr_bits));
	return weight;
}

static inline bool bitmap_is_empty(const unsigned long *map, size_t nr_bits)
{
	return bitmap_find_first_set(map, nr_bits) == nr_bits;
}

/* Whether a and b share a set bit. */
static inline bool bitmap_is_overlapping(const unsigned long *a, const unsigned long *b,
					 size_t nr_bits)
{
	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		if (a[i] & b[i] & bitmap_valid_mask(i, nr_bits))
			return true;
	return false;
}

#endif /* HV_BITMAP_H */
