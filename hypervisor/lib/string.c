/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory blocks and strings in plain C, eight bytes at a time where that is possible.
 *
 * Owns the hv_ functions and, outside the host, their weak plain names.
 */
#include "hv/errno.h"
#include "hv/string.h"
#include "hv/types.h"

/* An eight-byte word at any address, of any other object's memory. */
struct word {
	uint64_t v;
} __attribute__((packed, may_alias));

#define WORD_BYTES sizeof(struct word)
#define BYTE_REPEAT 0x0101010101010101ULL

/* Keeps the compiler from seeing a copy or fill loop and calling the very function it is in. */
static always_inline void hide_loop(void)
{
	__asm__ __volatile__("" : : : "memory");
}

static void copy_forwards(uint8_t *d, const uint8_t *s, size_t bytes)
{
	while (bytes >= 4 * WORD_BYTES) {
		const struct word *from = (const struct word *)s;
		struct word *to = (struct word *)d;
		uint64_t a = from[0].v, b = from[1].v, c = from[2].v, e = from[3].v;

		to[0].v = a;
		to[1].v = b;
		to[2].v = c;
		to[3].v = e;
		d += 4 * WORD_BYTES;
		s += 4 * WORD_BYTES;
		bytes -= 4 * WORD_BYTES;
		hide_loop();
	}
	for (; bytes >= WORD_BYTES; bytes -= WORD_BYTES) {
		((struct word *)d)->v = ((const struct word *)s)->v;
		d += WORD_BYTES;
		s += WORD_BYTES;
		hide_loop();
	}
	for (; bytes > 0; bytes--) {
		*d++ = *s++;
		hide_loop();
	}
}

static void copy_backwards(uint8_t *d, const uint8_t *s, size_t bytes)
{
	for (; bytes >= WORD_BYTES; bytes -= WORD_BYTES) {
		const struct word *from = (const struct word *)(s + bytes - WORD_BYTES);

		((struct word *)(d + bytes - WORD_BYTES))->v = from->v;
		hide_loop();
	}
	for (; bytes > 0; bytes--) {
		d[bytes - 1] = s[bytes - 1];
		hide_loop();
	}
}

void *hv_memcpy(void *dst, const void *src, size_t bytes)
{
	copy_forwards(dst, src, bytes);
	return dst;
}

void *hv_memmove(void *dst, const void *src, size_t bytes)
{
	/* Also true for a destination below the source: then forwards is safe at any distance, since
	 * each step reads all that it writes over before it writes. */
	if ((uintptr_t)dst - (uintptr_t)src >= bytes)
		copy_forwards(dst, src, bytes);
	else
		copy_backwards(dst, src, bytes);
	return dst;
}

void *hv_memset(void *dst, int value, size_t bytes)
{
	uint64_t word = (uint8_t)value * BYTE_REPEAT;
	uint8_t *d = dst;

	for (; bytes >= 4 * WORD_BYTES; bytes -= 4 * WORD_BYTES) {
		struct word *to = (struct word *)d;

		to[0].v = word;
		to[1].v = word;
		to[2].v = word;
		to[3].v = word;
		d += 4 * WORD_BYTES;
		hide_loop();
	}
	for (; bytes > 0; bytes--) {
		*d++ = (uint8_t)value;
		hide_loop();
	}
	return dst;
}

int hv_memcmp(const void *a, const void *b, size_t bytes)
{
	const uint8_t *p = a, *q = b;

	for (; bytes >= WORD_BYTES; bytes -= WORD_BYTES) {
		if (((const struct word *)p)->v != ((const struct word *)q)->v)
			break;
		p += WORD_BYTES;
		q += WORD_BYTES;
	}
	for (; bytes > 0; bytes--, p++, q++)
		if (*p != *q)
			return *p < *q ? -1 : 1;
	return 0;
}

void *hv_memchr(const void *s, int c, size_t bytes)
{
	const uint8_t *p = s;

	for (; bytes > 0; bytes--, p++)
		if (*p == (uint8_t)c)
			return (void *)(uintptr_t)p;
	return NULL;
}

size_t hv_strnlen(const char *s, size_t max)
{
	size_t length = 0;

	while (length < max && s[length]) {
		length++;
		hide_loop();
	}
	return length;
}

size_t hv_strlen(const char *s)
{
	return hv_strnlen(s, SIZE_MAX);
}

int hv_strncmp(const char *a, const char *b, size_t max)
{
	for (; max > 0; max--, a++, b++) {
		if (*a != *b)
			return (uint8_t)*a < (uint8_t)*b ? -1 : 1;
		if (!*a)
			break;
	}
	return 0;
}

int hv_strcmp(const char *a, const char *b)
{
	return hv_strncmp(a, b, SIZE_MAX);
}

char *hv_strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)(uintptr_t)s;
		if (!*s)
			return NULL;
	}
}

char *hv_strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (;; s++) {
		if (*s == (char)c)
			last = s;
		if (!*s)
			return (char *)(uintptr_t)last;
	}
}

char *hv_strstr(const char *s, const char *needle)
{
	size_t length = hv_strlen(needle);

	for (;; s++) {
		if (hv_strncmp(s, needle, length) == 0)
			return (char *)(uintptr_t)s;
		if (!*s)
			return NULL;
	}
}

size_t strlcpy(char *dst, const char *src, size_t dst_bytes)
{
	size_t length = hv_strlen(src);
	size_t keep;

	if (dst_bytes > 0) {
		keep = MIN(length, dst_bytes - 1);
		hv_memcpy(dst, src, keep);
		dst[keep] = '\0';
	}
	return length;
}

/* The digit's value, 36 when it is none in any base. */
static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	if (c >= 'a' && c <= 'z')
		return (unsigned int)(c - 'a') + 10;
	if (c >= 'A' && c <= 'Z')
		return (unsigned int)(c - 'A') + 10;
	return 36;
}

static bool has_hex_prefix(const char *s)
{
	return s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digit_value(s[2]) < 16;
}

int parse_u64(const char *s, const char **end, unsigned int base, uint64_t *value)
{
	uint64_t sum = 0;

	if (base == 1 || base > 36)
		return -EINVAL;
	if ((base == 0 || base == 16) && has_hex_prefix(s)) {
		base = 16;
		s += 2;
	} else if (base == 0) {
		base = s[0] == '0' ? 8 : 10;
	}
	if (digit_value(*s) >= base)
		return -EINVAL;
	for (; digit_value(*s) < base; s++)
		if (__builtin_mul_overflow(sum, base, &sum) ||
		    __builtin_add_overflow(sum, digit_value(*s), &sum))
			return -ERANGE;
	*value = sum;
	if (end)
		*end = s;
	return 0;
}

#ifndef TRESTLE_HOST
#define PLAIN_NAME(name) __attribute__((weak, alias("hv_" #name)))

PLAIN_NAME(memcpy) void *memcpy(void *dst, const void *src, size_t bytes);
PLAIN_NAME(memset) void *memset(void *dst, int value, size_t bytes);
PLAIN_NAME(memmove) void *memmove(void *dst, const void *src, size_t bytes);
PLAIN_NAME(memcmp) int memcmp(const void *a, const void *b, size_t bytes);
PLAIN_NAME(memchr) void *memchr(const void *s, int c, size_t bytes);
PLAIN_NAME(strlen) size_t strlen(const char *s);
PLAIN_NAME(strnlen) size_t strnlen(const char *s, size_t max);
PLAIN_NAME(strcmp) int strcmp(const char *a, const char *b);
PLAIN_NAME(strncmp) int strncmp(const char *a, const char *b, size_t max);
PLAIN_NAME(strchr) char *strchr(const char *s, int c);
PLAIN_NAME(strrchr) char *strrchr(const char *s, int c);
PLAIN_NAME(strstr) char *strstr(const char *s, const char *needle);
#endif
