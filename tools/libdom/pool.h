/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPU pools by name: the hypervisor numbers them, the store has their names (/local/pool/N/name).
 */
#ifndef LIBDOM_POOL_H
#define LIBDOM_POOL_H

#include <stdint.h>

#include "libctl/ctl.h"
#include "libctl/failure.h"
#include "libdom/store.h"

/* malloc'd. Without a name it is "Pool-N"; the store may be NULL. */
char *pool_name(struct store *store, uint32_t id);
/* By number or name; NULL is pool 0. FAILURE_NOT_FOUND. */
int pool_find(struct ctl *ctl, struct store *store, const char *text, uint32_t *id,
	      struct failure *failure);

#endif
