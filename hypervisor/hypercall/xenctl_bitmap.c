/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bitmaps of the control interfaces, in words here and in bytes there. */
#include "xenctl_bitmap.h"

#include "hv/bitmap.h"
#include "hv/errno.h"
#include "hv/guest_access.h"

static uint32_t bytes_of(uint32_t nr_bits)
{
	return nr_bits / 8 + (nr_bits % 8 != 0);
}

static void map_cut(unsigned long *map, uint32_t from, uint32_t nr_bits)
{
	for (uint32_t bit = from; bit < nr_bits; bit++)
		bitmap_clear(map, bit);
}

int xenctl_bitmap_read(const struct xen_xenctl_bitmap *from, unsigned long *map, uint32_t nr_bits)
{
	uint32_t nr = MIN(from->nr_bits, nr_bits);

	bitmap_zero(map, nr_bits);
	if (guest_copy_from(map, from->bitmap, bytes_of(nr)))
		return -EFAULT;
	/* What is in the last byte beyond the size, and in the last word beyond ours. */
	map_cut(map, nr, (uint32_t)ROUND_UP((uint64_t)nr_bits, BITMAP_WORD_BITS));
	return 0;
}

int xenctl_bitmap_write(const struct xen_xenctl_bitmap *to, const unsigned long *map,
			uint32_t nr_bits)
{
	uint32_t whole = MIN(to->nr_bits, nr_bits) / 8, bytes = bytes_of(to->nr_bits);
	uint8_t rest = 0;

	if (to->nr_bits > XENCTL_BITMAP_MAX_BITS)
		return -EINVAL;
	if (guest_copy_to(to->bitmap, map, whole))
		return -EFAULT;
	if (whole == bytes)
		return 0;
	for (uint32_t bit = whole * 8; bit < MIN(to->nr_bits, nr_bits); bit++)
		rest |= (uint8_t)(bitmap_test(map, bit) << bit % 8);
	if (guest_copy_to(to->bitmap + whole, &rest, 1))
		return -EFAULT;
	return guest_clear(to->bitmap + whole + 1, bytes - whole - 1);
}
