/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many requests in one go: each by itself costs dom0 two switches between processes, which are most
 * of its price. Over the link's own connection, so that its transactions count.
 */
#ifndef LIBSTORE_STORE_PIPE_H
#define LIBSTORE_STORE_PIPE_H

#include <stddef.h>
#include <stdint.h>

#include "libstore/store_link.h"

struct store_pipe;

/* NULL without memory. Closing it leaves the link open. */
struct store_pipe *store_pipe_open(struct store_link *link);
void store_pipe_close(struct store_pipe *pipe);

/* Collects a request: a path, ended by a zero byte, and bytes behind it. What does not fit fails the
 * exchange. */
void store_pipe_add(struct store_pipe *pipe, enum xsd_sockmsg_type type, uint32_t transaction,
		    const char *path, const void *bytes, size_t length);

/* 0, or the errno that an answer names. */
int store_answer_error(const struct store_message *message);

/* Sends all that was collected and calls heard for the answer to each, in their order (index from
 * 0). -1 with errno when the connection failed. The pipe is empty again. */
int store_pipe_exchange(struct store_pipe *pipe,
			void (*heard)(size_t index, const struct store_message *answer,
				      void *context),
			void *context);

#endif
