/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cores of PV guests: ELF files of sections .note.Xen, .xen_prstatus, .xen_shared_info, .xen_p2m and
 * .xen_pages, as crash(8) and gdb's scripts for xl's dumps read them. What the guest says about its
 * memory is not trusted: pages that are not its own are left out.
 */
#ifndef LIBDOM_DUMP_H
#define LIBDOM_DUMP_H

#include <stdint.h>

#include "libctl/ctl.h"
#include "libctl/failure.h"

#define DUMP_DIRECTORY "/var/lib/xen/dump"

/* Writes beside path and renames; mode 0600. A guest that runs goes on: pause it for a picture of one
 * moment. progress is called about every 4 MiB and may be NULL. */
int dump_domain(struct ctl *ctl, uint32_t domid, const char *path,
		void (*progress)(void *context, const char *step, uint64_t done, uint64_t total),
		void *context, struct failure *failure);

#endif
