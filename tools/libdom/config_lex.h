/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of the configuration syntax. A lexer walks a text once and never looks back; a newline is a
 * word of its own, for it ends a setting.
 */
#ifndef LIBDOM_CONFIG_LEX_H
#define LIBDOM_CONFIG_LEX_H

#include "libdom/config.h"

enum config_word {
	WORD_END,
	WORD_NEWLINE,
	WORD_SEMICOLON,
	WORD_KEY,
	WORD_STRING,
	WORD_NUMBER,
	WORD_EQUALS,
	WORD_APPEND, /* += */
	WORD_OPEN,
	WORD_CLOSE,
	WORD_COMMA,
};

struct config_lexer {
	const char *next, *end, *line_start;
	struct config_place here; /* of the word that was read last */
	unsigned int line;
	enum config_word word;
	char *text; /* of a key, string or number; whoever takes it sets it NULL */
	int64_t number;
	struct failure *failure;
};

void config_lexer_init(struct config_lexer *lexer, const char *source, const char *text,
		       size_t length, struct failure *failure);
void config_lexer_fini(struct config_lexer *lexer);
/* Reads the next word; -1 and the failure for what is none. */
int config_lexer_read(struct config_lexer *lexer);
/* "a list", "`='": for sentences about what stands where something else should. */
const char *config_word_name(enum config_word word);

#endif
