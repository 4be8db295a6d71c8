/* SPDX-License-Identifier: GPL-2.0-or-later */
/* printf over HYPERVISOR_console_io. */
#include "guest/console.h"
#include "guest/hypercall.h"

#define LINE_BYTES 400

struct text {
	char *at, *end;
};

static void text_put(struct text *text, char character)
{
	if (text->at < text->end)
		*text->at++ = character;
}

static void text_put_number(struct text *text, uint64_t value, unsigned int base, int width,
			    char fill)
{
	char digits[24];
	int count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	for (int i = count; i < width; i++)
		text_put(text, fill);
	while (count > 0)
		text_put(text, digits[--count]);
}

static void text_put_signed(struct text *text, int64_t value, int width, char fill)
{
	if (value < 0) {
		text_put(text, '-');
		text_put_number(text, -(uint64_t)value, 10, width - 1, fill);
		return;
	}
	text_put_number(text, value, 10, width, fill);
}

static void text_put_string(struct text *text, const char *string, int width)
{
	for (; *string; string++, width--)
		text_put(text, *string);
	for (; width > 0; width--)
		text_put(text, ' ');
}

/* Puts one conversion; `format` is behind the percent sign. Returns what follows it. */
static const char *text_put_conversion(struct text *text, const char *format, va_list *args)
{
	char fill = *format == '0' ? '0' : ' ';
	int width = 0, longs = 0;

	if (*format == '-')
		format++;
	for (; *format >= '0' && *format <= '9'; format++)
		width = width * 10 + *format - '0';
	for (; *format == 'l' || *format == 'z'; format++)
		longs++;
	switch (*format) {
	case 's':
		text_put_string(text, va_arg(*args, const char *), width);
		break;
	case 'c':
		text_put(text, (char)va_arg(*args, int));
		break;
	case 'd':
		text_put_signed(text, longs ? va_arg(*args, long) : va_arg(*args, int), width,
				fill);
		break;
	case 'u':
	case 'x':
		text_put_number(text, longs ? va_arg(*args, uint64_t) : va_arg(*args, unsigned int),
				*format == 'u' ? 10 : 16, width, fill);
		break;
	case 'p':
		text_put_number(text, va_arg(*args, uint64_t), 16, 16, '0');
		break;
	default:
		text_put(text, *format);
		break;
	}
	return *format ? format + 1 : format;
}

size_t format_text(char *buffer, size_t bytes, const char *format, va_list args)
{
	struct text text = {buffer, buffer + bytes - 1};
	va_list copy;

	va_copy(copy, args);
	while (*format) {
		if (*format == '%')
			format = text_put_conversion(&text, format + 1, &copy);
		else
			text_put(&text, *format++);
	}
	va_end(copy);
	*text.at = '\0';
	return (size_t)(text.at - buffer);
}

void printf(const char *format, ...)
{
	char line[LINE_BYTES];
	size_t length;
	va_list args;

	va_start(args, format);
	length = format_text(line, sizeof(line), format, args);
	va_end(args);
	hypercall_console_io(CONSOLEIO_write, length, line);
}
