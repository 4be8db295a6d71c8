/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON as xl writes it, to the byte: four blanks a level, an empty line in what is empty.
 */
#ifndef TL_JSON_TEXT_H
#define TL_JSON_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* The value and a newline. */
void json_text_print(const json_t *value, FILE *to);

#endif
