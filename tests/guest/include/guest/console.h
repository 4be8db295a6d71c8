/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text to the hypervisor's console. Formats: %s %c %d %u %x %p %%, l and ll lengths, 0 and width. */
#ifndef GUEST_CONSOLE_H
#define GUEST_CONSOLE_H

#include "guest/types.h"

#define print_format(text, first) __attribute__((format(printf, text, first)))

/* One HYPERVISOR_console_io write; longer lines are cut at 400 bytes. */
void printf(const char *format, ...) print_format(1, 2);

/* Writes at most `bytes` with the final zero; returns the length written. */
size_t format_text(char *buffer, size_t bytes, const char *format, va_list args);

#endif
