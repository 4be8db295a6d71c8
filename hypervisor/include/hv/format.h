/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Formatting of text into a caller's buffer.
 *
 * Conversions: %d %i %u %x %X %o %c %s %p %%, lengths hh h l ll z t j, flags 0 - + space #, width and
 * precision as digits or *. No floating point and, on purpose, no %n. An unknown conversion is
 * printed as it stands. %p prints 0x and 16 digits; a NULL %s prints (null).
 */
#ifndef HV_FORMAT_H
#define HV_FORMAT_H

#include <stdarg.h>
#include "hv/types.h"

/*
 * Writes at most size bytes, terminator included, into buf; buf may be NULL when size is 0. Returns
 * the length of the whole text without terminator: it was cut when that is >= size. Any context.
 */
int hv_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));
int hv_snprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif /* HV_FORMAT_H */
