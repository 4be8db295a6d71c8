/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hypervisor's own console: its ring is read when VIRQ_CON_RING says that there is more. How far
 * it was read is kept in a file, so that a restart neither loses nor repeats.
 */
#ifndef CONSOLED_HYPERVISOR_H
#define CONSOLED_HYPERVISOR_H

struct ctl;

/* state: the file; -1 and errno when there will be no events. */
int hypervisor_open(struct ctl *ctl, const char *state);

#endif
