/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPU pools: what commands about them share.
 */
#ifndef TL_POOLS_H
#define TL_POOLS_H

#include <stdint.h>

#include "libctl/ctl.h"
#include "libdom/cpulist.h"
#include "libdom/pool.h"

struct invocation;

/* "credit"; "unknown". */
const char *pools_scheduler_name(uint32_t id);
/* -1: none is called so. */
int pools_find_scheduler(const char *name, uint32_t *id);

struct pools_work {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store;
	struct cpulist_machine machine; /* of pools_read_machine() */
	uint32_t *nodes;
};

/* The store is needed: pools have their names there. */
int pools_open(struct invocation *invocation, struct pools_work *work);
int pools_read_machine(struct pools_work *work);
void pools_close(struct pools_work *work);

/* An empty pool with a name that is free. */
int pools_create(struct pools_work *work, const char *name, uint32_t scheduler, uint32_t *id);
int pools_write_name(struct pools_work *work, uint32_t id, const char *name);
/* Takes its CPUs and removes it with its name; a pool with domains is refused. */
int pools_destroy(struct pools_work *work, uint32_t id);
/* All CPUs of map into pool id, or out of it; each that does not go is told, the others go on. */
int pools_move_cpus(struct pools_work *work, uint32_t id, const uint8_t *map,
		    int (*move)(struct ctl *ctl, uint32_t id, uint32_t cpu), const char *stage);

#endif
