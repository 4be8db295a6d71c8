/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies and fills of this architecture: long ones by string instructions, a word a step; the rest is lib/string.c's. */
#include "hv/string.h"

#define STRING_BYTES 256 /* from here on the instruction's start-up pays */
#define BYTE_REPEAT 0x0101010101010101UL

void *memcpy(void *dst, const void *src, size_t bytes)
{
	size_t words = bytes / 8;
	void *to = dst;

	if (bytes < STRING_BYTES)
		return hv_memcpy(dst, src, bytes);
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(src), "+c"(words) : : "memory");
	if (unlikely(bytes % 8))
		hv_memcpy(to, src, bytes % 8);
	return dst;
}

void *memmove(void *dst, const void *src, size_t bytes)
{
	/* Forwards is safe unless the destination begins inside the source. */
	return (uint64_t)dst - (uint64_t)src >= bytes ? memcpy(dst, src, bytes)
						      : hv_memmove(dst, src, bytes);
}

void *memset(void *dst, int value, size_t bytes)
{
	size_t words = bytes / 8;
	void *to = dst;

	if (bytes < STRING_BYTES)
		return hv_memset(dst, value, bytes);
	__asm__ volatile("rep stosq"
			 : "+D"(to), "+c"(words)
			 : "a"((uint8_t)value * BYTE_REPEAT)
			 : "memory");
	if (unlikely(bytes % 8))
		hv_memset(to, value, bytes % 8);
	return dst;
}
