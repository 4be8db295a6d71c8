/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside libctl only: the handle, and the locked memory that arguments pass through. `argument' is
 * one page for the operation's own structure; the bounce area, grown when a call needs more, is for
 * what its handles point to. Neither outlives one call of a public function.
 */
#ifndef LIBCTL_HANDLE_H
#define LIBCTL_HANDLE_H

#include <xencall.h>
#include <xenforeignmemory.h>

#include "libctl/ctl.h"

struct ctl {
	xencall_handle *call;
	xenforeignmemory_handle *memory;
	void *argument;
	void *bounce;
	size_t bounce_bytes;
	bool may_fault; /* the kernel may move our locked pages: EFAULT says try again */
};

/* At least so many bytes of locked memory, of unspecified content; NULL and ENOMEM. What was
 * returned before is gone. */
void *ctl_bounce(struct ctl *ctl, size_t bytes);
/* The same, holding a copy of from. */
void *ctl_bounce_copy(struct ctl *ctl, const void *from, size_t bytes);
/* memory_op with a structure of so many bytes, copied there and back; the call's answer, or -1. */
long ctl_memory_call(struct ctl *ctl, unsigned int cmd, void *structure, size_t bytes);

#endif
