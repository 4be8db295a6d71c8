/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a few words of the running guest in line: what hv/guest_access.h does for any size, where a call costs more than the copy. */
#ifndef MM_GUEST_WORDS_H
#define MM_GUEST_WORDS_H

#include "asm/page.h"
#include "asm/processor.h"
#include "hv/types.h"

#ifdef TRESTLE_HOST
#include "hv/guest_access.h"

static inline bool guest_words_read(uint64_t *to, uint64_t address, unsigned int nr_words)
{
	return guest_copy_from(to, address, nr_words * sizeof(*to)) == 0;
}
#else
static always_inline bool guest_word_read(uint64_t *to, uint64_t address)
{
	uint64_t value;
	bool good = false;

	__asm__ goto("1: mov (%1), %0\n" EXCEPTION_FIXUP_TEXT("1b", "%l[out]")
		     : "=r"(value)
		     : "r"(address)
		     : "memory"
		     : out);
	*to = value;
	good = true;
out:
	return good;
}

/* False: a fault, or not the guest's. nr_words is a constant, at most 8. */
static always_inline bool guest_words_read(uint64_t *to, uint64_t address, unsigned int nr_words)
{
	/* Starts of ranges that touch what lies between the canonical halves, or ours: one interval. */
	uint64_t first = (1UL << 47) - nr_words * sizeof(*to) + 1;
	uint64_t offset = address - first, forbidden;

	__asm__("cmp %1, %2; sbb %0, %0"
		: "=r"(forbidden)
		: "r"(HV_VIRT_END - first), "r"(offset)
		: "cc");
	/* Also when the processor runs ahead of the branch, the address isn't ours. */
	address |= forbidden;
	if (unlikely(forbidden))
		return false;
	for (unsigned int i = 0; i < nr_words; i++)
		if (unlikely(!guest_word_read(&to[i], address + i * sizeof(*to))))
			return false;
	return true;
}
#endif

#endif
