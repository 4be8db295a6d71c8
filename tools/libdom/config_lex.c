/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From characters to words: keys, strings with their escapes undone, numbers, punctuation.
 */
#include "libdom/config_lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"

static const char *const word_names[] = {
	[WORD_END] = "the end of the file",
	[WORD_NEWLINE] = "the end of the line",
	[WORD_SEMICOLON] = "`;'",
	[WORD_KEY] = "a bare word",
	[WORD_STRING] = "a string",
	[WORD_NUMBER] = "a number",
	[WORD_EQUALS] = "`='",
	[WORD_APPEND] = "`+='",
	[WORD_OPEN] = "`['",
	[WORD_CLOSE] = "`]'",
	[WORD_COMMA] = "`,'",
};

static const struct {
	char letter, value;
} escapes[] = {
	{'a', '\a'}, {'b', '\b'}, {'f', '\f'},	{'n', '\n'}, {'r', '\r'},
	{'t', '\t'}, {'v', '\v'}, {'\\', '\\'}, {'"', '"'},  {'\'', '\''},
};

static const struct {
	char letter;
	enum config_word word;
} punctuation[] = {
	{'\n', WORD_NEWLINE}, {';', WORD_SEMICOLON}, {'=', WORD_EQUALS},
	{'[', WORD_OPEN},     {']', WORD_CLOSE},     {',', WORD_COMMA},
};

const char *config_word_name(enum config_word word)
{
	return word_names[word];
}

void config_lexer_init(struct config_lexer *lexer, const char *source, const char *text,
		       size_t length, struct failure *failure)
{
	*lexer = (struct config_lexer){
		.next = text,
		.end = text + length,
		.line_start = text,
		.line = 1,
		.here = {.source = source, .line = 1, .column = 1},
		.failure = failure,
	};
}

void config_lexer_fini(struct config_lexer *lexer)
{
	free(lexer->text);
	lexer->text = NULL;
}

static void lexer_mark(struct config_lexer *lexer)
{
	lexer->here.line = lexer->line;
	lexer->here.column = (unsigned int)(lexer->next - lexer->line_start) + 1;
}

static int lexer_refuse(struct config_lexer *lexer, const char *cause, const char *next)
{
	return config_fail(lexer->failure, &lexer->here, cause, next);
}

static void lexer_skip_blanks(struct config_lexer *lexer)
{
	while (lexer->next < lexer->end) {
		char c = *lexer->next;

		if (c == '#') {
			while (lexer->next < lexer->end && *lexer->next != '\n')
				lexer->next++;
		} else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
			lexer->next++;
		} else {
			return;
		}
	}
}

static bool is_key_character(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.';
}

static int lexer_read_key(struct config_lexer *lexer)
{
	const char *start = lexer->next;

	while (lexer->next < lexer->end && is_key_character(*lexer->next))
		lexer->next++;
	lexer->text = alloc_text_of(start, (size_t)(lexer->next - start));
	lexer->word = WORD_KEY;
	return 0;
}

static int lexer_read_number(struct config_lexer *lexer)
{
	const char *start = lexer->next;
	char *end;

	if (*lexer->next == '-')
		lexer->next++;
	while (lexer->next < lexer->end && isalnum((unsigned char)*lexer->next))
		lexer->next++;
	lexer->text = alloc_text_of(start, (size_t)(lexer->next - start));
	lexer->word = WORD_NUMBER;
	errno = 0;
	lexer->number = strtoll(lexer->text, &end, 0);
	if (end == lexer->text || *end)
		return lexer_refuse(lexer, "this is neither a number nor a string",
				    "put a string into quotes; octal digits follow a leading 0");
	if (errno)
		return lexer_refuse(lexer, "the number is too large", "");
	return 0;
}

/* Digits of \x and octal escapes: up to `most' of the base, the value into *c. */
static bool lexer_read_code(struct config_lexer *lexer, int base, int most, char *c)
{
	unsigned int value = 0;
	int digits = 0;

	for (; digits < most && lexer->next < lexer->end; digits++, lexer->next++) {
		unsigned char letter = (unsigned char)*lexer->next;
		int digit = isdigit(letter) ? letter - '0' : tolower(letter) - 'a' + 10;

		if (!isxdigit(letter) || digit >= base)
			break;
		value = value * (unsigned int)base + (unsigned int)digit;
	}
	*c = (char)value;
	return digits && value && value < 256;
}

/* After a backslash. */
static int lexer_read_escape(struct config_lexer *lexer, char *c)
{
	char letter = lexer->next < lexer->end ? *lexer->next : '\n';

	for (size_t n = 0; n < sizeof(escapes) / sizeof(escapes[0]); n++) {
		if (escapes[n].letter == letter) {
			*c = escapes[n].value;
			lexer->next++;
			return 0;
		}
	}
	if (letter == 'x') {
		lexer->next++;
		if (lexer_read_code(lexer, 16, 2, c))
			return 0;
	} else if (letter >= '0' && letter <= '7' && lexer_read_code(lexer, 8, 3, c)) {
		return 0;
	}
	return lexer_refuse(lexer, "the string has a backslash that starts no escape",
			    "write \\\\ for a backslash");
}

static int lexer_read_string(struct config_lexer *lexer)
{
	char quote = *lexer->next++;
	size_t length = 0, room = (size_t)(lexer->end - lexer->next);
	const char *newline = memchr(lexer->next, '\n', room);
	char *text;

	if (newline)
		room = (size_t)(newline - lexer->next);
	text = lexer->text = alloc_zeroed(1, room + 1);
	lexer->word = WORD_STRING;
	while (lexer->next < lexer->end && *lexer->next != '\n') {
		char c = *lexer->next++;

		if (c == quote)
			return 0;
		if (c == '\\' && lexer_read_escape(lexer, &c))
			return -1;
		text[length++] = c;
	}
	return lexer_refuse(lexer, "the string has no end on its line",
			    "close it with the quote that it began with");
}

static int lexer_read_other(struct config_lexer *lexer)
{
	char cause[48];
	char c = *lexer->next;

	if (c == '+' && lexer->end - lexer->next > 1 && lexer->next[1] == '=') {
		lexer->next += 2;
		lexer->word = WORD_APPEND;
		return 0;
	}
	snprintf(cause, sizeof(cause), "unexpected character `%c'",
		 isprint((unsigned char)c) ? c : '?');
	return lexer_refuse(lexer, cause, "put a string into quotes");
}

int config_lexer_read(struct config_lexer *lexer)
{
	config_lexer_fini(lexer);
	lexer_skip_blanks(lexer);
	lexer_mark(lexer);
	if (lexer->next == lexer->end) {
		lexer->word = WORD_END;
		return 0;
	}
	for (size_t n = 0; n < sizeof(punctuation) / sizeof(punctuation[0]); n++) {
		if (punctuation[n].letter == *lexer->next) {
			lexer->word = punctuation[n].word;
			lexer->next++;
			if (lexer->word == WORD_NEWLINE) {
				lexer->line++;
				lexer->line_start = lexer->next;
			}
			return 0;
		}
	}
	if (*lexer->next == '"' || *lexer->next == '\'')
		return lexer_read_string(lexer);
	if (isdigit((unsigned char)*lexer->next) || *lexer->next == '-')
		return lexer_read_number(lexer);
	if (isalpha((unsigned char)*lexer->next) || *lexer->next == '_')
		return lexer_read_key(lexer);
	return lexer_read_other(lexer);
}
