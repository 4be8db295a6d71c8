/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of hv/bitmap.h that are no more than a loop over the words.
 */
#include "hv/bitmap.h"

size_t bitmap_find_last_set(const unsigned long *map, size_t nr_bits)
{
	for (size_t i = BITMAP_WORDS(nr_bits); i-- > 0;) {
		unsigned long word = map[i] & bitmap_valid_mask(i, nr_bits);

		if (word)
			return i * BITMAP_WORD_BITS + 63 - (size_t)__builtin_clzl(word);
	}
	return nr_bits;
}

void bitmap_set_range(unsigned long *map, size_t first, size_t nr)
{
	for (size_t bit = first; bit < first + nr;) {
		size_t room = BITMAP_WORD_BITS - bit % BITMAP_WORD_BITS;
		size_t step = first + nr - bit < room ? first + nr - bit : room;

		map[bit / BITMAP_WORD_BITS] |= bitmap_valid_mask(0, step)
					       << (bit % BITMAP_WORD_BITS);
		bit += step;
	}
}

void bitmap_clear_range(unsigned long *map, size_t first, size_t nr)
{
	for (size_t bit = first; bit < first + nr;) {
		size_t room = BITMAP_WORD_BITS - bit % BITMAP_WORD_BITS;
		size_t step = first + nr - bit < room ? first + nr - bit : room;

		map[bit / BITMAP_WORD_BITS] &= ~(bitmap_valid_mask(0, step)
						 << (bit % BITMAP_WORD_BITS));
		bit += step;
	}
}

void bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b, size_t nr_bits)
{
	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		dst[i] = a[i] & b[i];
}

void bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b, size_t nr_bits)
{
	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		dst[i] = a[i] | b[i];
}

void bitmap_and_not(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		    size_t nr_bits)
{
	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		dst[i] = a[i] & ~b[i];
}

bool bitmap_is_equal(const unsigned long *a, const unsigned long *b, size_t nr_bits)
{
	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		if ((a[i] ^ b[i]) & bitmap_valid_mask(i, nr_bits))
			return false;
	return true;
}

bool bitmap_is_subset(const unsigned long *part, const unsigned long *whole, size_t nr_bits)
{
	for (size_t i = 0; i < BITMAP_WORDS(nr_bits); i++)
		if (part[i] & ~whole[i] & bitmap_valid_mask(i, nr_bits))
			return false;
	return true;
}
