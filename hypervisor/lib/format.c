/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Formatting of text: one pass over the format, each conversion parsed into a struct spec and then
 * printed. Owns no state; the buffer is the caller's.
 */
#include "hv/format.h"
#include "hv/string.h"
#include "hv/types.h"

/* Text beyond the buffer is counted, not stored. */
struct sink {
	char *buf;
	size_t size;
	size_t length;
};

enum argument_size { SIZE_CHAR, SIZE_SHORT, SIZE_INT, SIZE_LONG };

struct spec {
	bool left;
	bool zero;
	bool plus;
	bool space;
	bool alternate;
	size_t width;
	bool has_precision;
	size_t precision;
	enum argument_size size;
	char conversion;
};

static void sink_put(struct sink *sink, char c)
{
	if (sink->length + 1 < sink->size)
		sink->buf[sink->length] = c;
	sink->length++;
}

static void sink_put_text(struct sink *sink, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sink_put(sink, text[i]);
}

static void sink_fill(struct sink *sink, char c, size_t count)
{
	while (count-- > 0)
		sink_put(sink, c);
}

static void print_padded(struct sink *sink, const struct spec *spec, const char *text,
			 size_t length)
{
	size_t pad = spec->width > length ? spec->width - length : 0;

	if (!spec->left)
		sink_fill(sink, ' ', pad);
	sink_put_text(sink, text, length);
	if (spec->left)
		sink_fill(sink, ' ', pad);
}

/* Sign or base prefix, zeros up to precision or width, digits. */
static void print_number(struct sink *sink, const struct spec *spec, uint64_t value,
			 unsigned int base, const char *prefix)
{
	const char *digits = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	size_t prefix_length = hv_strlen(prefix);
	size_t length = 0, zeros = 0, pad = 0, total;
	char text[24];

	for (; value; value /= base)
		text[sizeof(text) - ++length] = digits[value % base];
	if (length == 0 && !(spec->has_precision && spec->precision == 0))
		text[sizeof(text) - ++length] = '0';
	if (spec->has_precision && spec->precision > length)
		zeros = spec->precision - length;
	total = prefix_length + zeros + length;
	if (spec->width > total)
		pad = spec->width - total;
	if (spec->zero && !spec->left && !spec->has_precision) {
		zeros += pad;
		pad = 0;
	}
	if (!spec->left)
		sink_fill(sink, ' ', pad);
	sink_put_text(sink, prefix, prefix_length);
	sink_fill(sink, '0', zeros);
	sink_put_text(sink, text + sizeof(text) - length, length);
	if (spec->left)
		sink_fill(sink, ' ', pad);
}

static void print_signed(struct sink *sink, const struct spec *spec, int64_t value)
{
	const char *sign = spec->plus ? "+" : spec->space ? " " : "";

	if (value < 0)
		print_number(sink, spec, 0 - (uint64_t)value, 10, "-");
	else
		print_number(sink, spec, (uint64_t)value, 10, sign);
}

static void print_unsigned(struct sink *sink, const struct spec *spec, uint64_t value)
{
	switch (spec->conversion) {
	case 'x':
		print_number(sink, spec, value, 16, spec->alternate && value ? "0x" : "");
		break;
	case 'X':
		print_number(sink, spec, value, 16, spec->alternate && value ? "0X" : "");
		break;
	case 'o':
		print_number(sink, spec, value, 8, spec->alternate && value ? "0" : "");
		break;
	default:
		print_number(sink, spec, value, 10, "");
		break;
	}
}

static void print_string(struct sink *sink, const struct spec *spec, const char *text)
{
	if (!text)
		text = "(null)";
	print_padded(sink, spec, text,
		     hv_strnlen(text, spec->has_precision ? spec->precision : SIZE_MAX));
}

static void print_pointer(struct sink *sink, const struct spec *spec, const void *pointer)
{
	struct spec full = {.left = spec->left,
			    .width = spec->width,
			    .has_precision = true,
			    .precision = 16,
			    .conversion = 'x'};

	print_number(sink, &full, (uintptr_t)pointer, 16, "0x");
}

/* va_list may be an array type, which decays when passed on; a struct does not. */
struct arguments {
	va_list list;
};

static int64_t take_signed(struct arguments *arguments, enum argument_size size)
{
	if (size == SIZE_LONG)
		return va_arg(arguments->list, long);
	if (size == SIZE_CHAR)
		return (signed char)va_arg(arguments->list, int);
	if (size == SIZE_SHORT)
		return (short)va_arg(arguments->list, int);
	return va_arg(arguments->list, int);
}

static uint64_t take_unsigned(struct arguments *arguments, enum argument_size size)
{
	if (size == SIZE_LONG)
		return va_arg(arguments->list, unsigned long);
	if (size == SIZE_CHAR)
		return (unsigned char)va_arg(arguments->list, unsigned int);
	if (size == SIZE_SHORT)
		return (unsigned short)va_arg(arguments->list, unsigned int);
	return va_arg(arguments->list, unsigned int);
}

static const char *parse_flags(const char *fmt, struct spec *spec)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		default:
			return fmt;
		}
	}
}

/* Digits or *; a negative * sets *negative and gives its magnitude. */
static const char *parse_count(const char *fmt, struct arguments *arguments, size_t *count,
			       bool *negative)
{
	int value;

	if (*fmt == '*') {
		value = va_arg(arguments->list, int);
		*negative = value < 0;
		*count = *negative ? 0 - (size_t)value : (size_t)value;
		return fmt + 1;
	}
	for (*count = 0; *fmt >= '0' && *fmt <= '9'; fmt++)
		if (*count < INT32_MAX / 10)
			*count = *count * 10 + (size_t)(*fmt - '0');
	return fmt;
}

static const char *parse_size(const char *fmt, struct spec *spec)
{
	spec->size = SIZE_INT;
	if (*fmt == 'h') {
		spec->size = fmt[1] == 'h' ? SIZE_CHAR : SIZE_SHORT;
		return fmt + (fmt[1] == 'h' ? 2 : 1);
	}
	if (*fmt == 'l') {
		spec->size = SIZE_LONG;
		return fmt + (fmt[1] == 'l' ? 2 : 1);
	}
	if (*fmt == 'z' || *fmt == 't' || *fmt == 'j') {
		spec->size = SIZE_LONG;
		return fmt + 1;
	}
	return fmt;
}

/* Parses what follows a % up to its conversion character, which it returns a pointer to. */
static const char *parse_spec(const char *fmt, struct arguments *arguments, struct spec *spec)
{
	bool negative = false;

	*spec = (struct spec){.size = SIZE_INT};
	fmt = parse_flags(fmt, spec);
	fmt = parse_count(fmt, arguments, &spec->width, &negative);
	spec->left |= negative;
	if (*fmt == '.') {
		negative = false;
		fmt = parse_count(fmt + 1, arguments, &spec->precision, &negative);
		spec->has_precision = !negative;
	}
	fmt = parse_size(fmt, spec);
	spec->conversion = *fmt;
	return fmt;
}

static bool print_argument(struct sink *sink, const struct spec *spec, struct arguments *arguments)
{
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		print_signed(sink, spec, take_signed(arguments, spec->size));
		return true;
	case 'u':
	case 'x':
	case 'X':
	case 'o':
		print_unsigned(sink, spec, take_unsigned(arguments, spec->size));
		return true;
	case 'c':
		c = (char)va_arg(arguments->list, int);
		print_padded(sink, spec, &c, 1);
		return true;
	case 's':
		print_string(sink, spec, va_arg(arguments->list, const char *));
		return true;
	case 'p':
		print_pointer(sink, spec, va_arg(arguments->list, const void *));
		return true;
	case '%':
		sink_put(sink, '%');
		return true;
	default:
		return false;
	}
}

int hv_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct sink sink = {.buf = buf, .size = size};
	struct arguments arguments;
	const char *conversion;
	struct spec spec;

	va_copy(arguments.list, args);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			sink_put(&sink, *fmt);
			continue;
		}
		conversion = parse_spec(fmt + 1, &arguments, &spec);
		if (print_argument(&sink, &spec, &arguments)) {
			fmt = conversion;
			continue;
		}
		sink_put_text(&sink, fmt, (size_t)(conversion - fmt));
		if (!*conversion)
			break;
		sink_put(&sink, *conversion);
		fmt = conversion;
	}
	va_end(arguments.list);
	if (size > 0)
		buf[MIN(sink.length, size - 1)] = '\0';
	return (int)sink.length;
}

int hv_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int length;

	va_start(args, fmt);
	length = hv_vsnprintf(buf, size, fmt, args);
	va_end(args);
	return length;
}
