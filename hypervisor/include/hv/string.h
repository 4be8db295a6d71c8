/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory blocks, NUL-terminated strings and number parsing.
 *
 * lib/string.c defines the C library's names under an hv_ prefix and, in the hypervisor, exports the
 * plain names as weak aliases: the compiler emits calls to some of them, and an architecture may
 * supply a faster strong definition. Host builds keep the C library's own, so that the sanitizers
 * see through them, and tests reach ours by prefix. Nothing here takes a lock or fails.
 */
#ifndef HV_STRING_H
#define HV_STRING_H

#include "hv/types.h"

void *hv_memcpy(void *dst, const void *src, size_t bytes);
void *hv_memset(void *dst, int value, size_t bytes);
void *hv_memmove(void *dst, const void *src, size_t bytes);
int hv_memcmp(const void *a, const void *b, size_t bytes);
void *hv_memchr(const void *s, int c, size_t bytes);
size_t hv_strlen(const char *s);
size_t hv_strnlen(const char *s, size_t max);
int hv_strcmp(const char *a, const char *b);
int hv_strncmp(const char *a, const char *b, size_t max);
char *hv_strchr(const char *s, int c);
char *hv_strrchr(const char *s, int c);
char *hv_strstr(const char *s, const char *needle);

/* Same meaning as the C library's functions of these names. */
#ifdef TRESTLE_HOST
#include <string.h>
#else
void *memcpy(void *dst, const void *src, size_t bytes);
void *memset(void *dst, int value, size_t bytes);
void *memmove(void *dst, const void *src, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
void *memchr(const void *s, int c, size_t bytes);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *needle);
#endif

/*
 * Copies at most dst_bytes - 1 characters of src and always terminates dst when dst_bytes > 0.
 * Returns the length of src: truncated when that is >= dst_bytes.
 */
size_t strlcpy(char *dst, const char *src, size_t dst_bytes);

/*
 * Reads an unsigned number at s: base 2 to 36, or 0 for a base from the prefix (0x hexadecimal, 0
 * octal, else decimal); a 0x prefix is also skipped in base 16. No sign, no leading space. On
 * success stores the value and, when end is not NULL, the first character after the number.
 * -EINVAL: no digit or no such base; -ERANGE: more than 64 bits.
 */
must_check int parse_u64(const char *s, const char **end, unsigned int base, uint64_t *value);

#endif /* HV_STRING_H */
