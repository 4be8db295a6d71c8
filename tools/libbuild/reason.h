/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why an image or a layout is refused, in words. The pure parts of libbuild fill it; who knows the
 * file or the domain makes a struct failure of it.
 */
#ifndef LIBBUILD_REASON_H
#define LIBBUILD_REASON_H

struct reason {
	char text[300];
};

/* Returns -1 so that a function can end with it. */
int reason_set(struct reason *reason, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
