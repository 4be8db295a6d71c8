/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The domain's own grant table, version 1, granted to itself. */
#ifndef GUEST_GRANT_H
#define GUEST_GRANT_H

#include "abi/grant_table.h"
#include "guest/types.h"

/* Maps the first frame of the table once; ends the test on a refusal. */
struct xen_grant_entry_v1 *grant_table_init(void);

/* Fills entry `ref` to give frame `mfn` to ourselves; flags beside GTF_permit_access. */
void grant_give(uint32_t ref, uint64_t mfn, uint16_t flags);

/* One map of our own reference; the answer with its status. */
struct xen_gnttab_map_grant_ref grant_map(uint64_t host_address, uint32_t ref, uint32_t flags);

/* One unmap: GNTST_*. */
int grant_unmap(uint64_t host_address, uint32_t handle);

#endif
