/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory and string functions that the compiler and the tests call. */
#include "guest/types.h"

void *memset(void *to, int byte, size_t bytes)
{
	void *start = to;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(byte) : "memory");
	return start;
}

void *memcpy(void *to, const void *from, size_t bytes)
{
	void *start = to;

	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes)::"memory");
	return start;
}

int memcmp(const void *left, const void *right, size_t bytes)
{
	const uint8_t *l = left, *r = right;

	for (; bytes > 0; bytes--, l++, r++) {
		if (*l != *r)
			return *l - *r;
	}
	return 0;
}

size_t strlen(const char *string)
{
	size_t length = 0;

	while (string[length])
		length++;
	return length;
}

int strncmp(const char *left, const char *right, size_t bytes)
{
	for (; bytes > 0; bytes--, left++, right++) {
		if (*left != *right || !*left)
			return (uint8_t)*left - (uint8_t)*right;
	}
	return 0;
}

int strcmp(const char *left, const char *right)
{
	return strncmp(left, right, ~0ul);
}
