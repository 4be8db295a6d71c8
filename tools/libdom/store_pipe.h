/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many requests to the store in one go: each by itself costs dom0 two switches between processes,
 * which are most of its price. A connection of its own beside libxenstore's, opened when it is first
 * used; transactions of one are not known to the other. For the sources of the store's module only.
 */
#ifndef LIBDOM_STORE_PIPE_H
#define LIBDOM_STORE_PIPE_H

#include <stddef.h>
#include <stdint.h>

#include <xen/io/xs_wire.h>

struct store_pipe;

/* NULL with errno, as when xenstored has no socket here: libxenstore knows other ways. */
struct store_pipe *store_pipe_open(void);
void store_pipe_close(struct store_pipe *pipe);

/* Collects a request: a path, ended by a zero byte, and bytes behind it. What does not fit fails the
 * exchange. */
void store_pipe_add(struct store_pipe *pipe, enum xsd_sockmsg_type type, uint32_t transaction,
		    const char *path, const void *bytes, size_t length);

/* An answer: error is 0 or an errno; text is ended by a zero byte behind its length. */
struct store_answer {
	int error;
	size_t length;
	char text[XENSTORE_PAYLOAD_MAX + 1];
};

/* Sends all that was collected and calls heard for the answer to each, in their order (index from
 * 0). -1 with errno when the connection failed, which closes nothing: it is of no more use. */
int store_pipe_exchange(struct store_pipe *pipe,
			void (*heard)(size_t index, const struct store_answer *answer,
				      void *context),
			void *context);

#endif
