/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for core/printk.c and core/panic.c: text is kept, a panic jumps back to the test. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "hv/format.h"
#include "hv/printk.h"

char fake_console_text[65536];
bool fake_console_echo;
char fake_panic_text[512];
jmp_buf fake_panic_jump;
bool fake_panic_is_expected;

void fake_console_clear(void)
{
	fake_console_text[0] = '\0';
}

static void console_add(const char *format, va_list args)
{
	size_t used = strlen(fake_console_text);

	hv_vsnprintf(fake_console_text + used, sizeof(fake_console_text) - used, format, args);
	if (fake_console_echo || getenv("FAKE_CONSOLE"))
		fputs(fake_console_text + used, stderr);
}

__attribute__((weak)) void printk(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	console_add(format, args);
	va_end(args);
}

__attribute__((weak)) void printk_guest(enum log_level level, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	console_add(format, args);
	va_end(args);
}

__attribute__((weak)) void printk_raw(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	console_add(format, args);
	va_end(args);
}

static noreturn_function void panic_end(void)
{
	if (fake_panic_is_expected)
		longjmp(fake_panic_jump, 1);
	fprintf(stderr, "unexpected panic: %s\n", fake_panic_text);
	abort();
}

__attribute__((weak)) void panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	hv_vsnprintf(fake_panic_text, sizeof(fake_panic_text), format, args);
	va_end(args);
	panic_end();
}

__attribute__((weak)) void assert_fail(const char *condition, const char *file, int line)
{
	hv_snprintf(fake_panic_text, sizeof(fake_panic_text), "assertion (%s) at %s:%d", condition,
		    file, line);
	panic_end();
}
