/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is printed from the descriptors: help, the man page, completion for bash.
 */
#ifndef TL_HELP_H
#define TL_HELP_H

#include <stdio.h>

#include "tl/command.h"

void help_print_short(const char *program, FILE *to);
void help_print_long(const char *program, FILE *to);
void help_print_command(const char *program, const struct command *command, FILE *to);
/* tl.1 in man(7)'s macros. */
void help_print_manual(FILE *to);
void help_print_completion(FILE *to);

#endif
