/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A console as consoled serves it: one line of JSON each way over /run/trestle/console.sock, then
 * the console itself. The stream ends with the guest, with consoled, by the escape character in
 * the input, or by SIGINT, SIGTERM, SIGHUP; the terminal is as it was before afterwards.
 */
#ifndef TL_CONSOLE_STREAM_H
#define TL_CONSOLE_STREAM_H

#include <jansson.h>
#include <stdbool.h>

#include "libctl/failure.h"

#define CONSOLE_ESCAPE 0x1d /* Ctrl-] */

/* Takes the reference to the request. *fd is the stream, in blocking mode. */
int console_stream_open(json_t *request, int *fd, struct failure *failure);
/* Copies the stream to standard output and, unless reads_only, standard input to the stream: raw
 * when it is a terminal. The end of the input is told to the other side and ends nothing here.
 * Closes the stream. */
int console_stream_run(int fd, bool reads_only, struct failure *failure);

#endif
