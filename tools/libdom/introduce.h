/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the store is told about a domain beside its nodes: that it is there and where its ring is,
 * and that it is gone.
 */
#ifndef LIBDOM_INTRODUCE_H
#define LIBDOM_INTRODUCE_H

#include <stdint.h>

#include "libctl/failure.h"
#include "libdom/store.h"

/* frame: machine frame of the ring. port: of the guest. */
int introduce_domain(struct store *store, uint32_t domid, uint64_t frame, uint32_t port,
		     struct failure *failure);
/* A domain that the store does not know is no failure. */
int introduce_end(struct store *store, uint32_t domid, struct failure *failure);

#endif
