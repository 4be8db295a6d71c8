/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The frame's own part of an invocation; commands use command.h.
 */
#ifndef TL_INVOCATION_H
#define TL_INVOCATION_H

#include "libdom/alloc.h"
#include "tl/command.h"

void invocation_close(struct invocation *invocation);
/* "tl: note: …" each, to standard error. */
void invocation_print_notes(const struct invocation *invocation, const struct strings *notes);
/* Runs one command line without the program's name. Returns the exit code. */
int invocation_run(struct invocation *invocation, int argc, char **argv);

#endif
