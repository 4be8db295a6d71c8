/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain's state as listings show it: "r-----".
 */
#ifndef TL_DOMAIN_STATE_H
#define TL_DOMAIN_STATE_H

#include "libctl/ctl.h"

#define DOMAIN_STATE_BYTES 7

/* r runs, b waits, p paused, s shut down, c crashed, d dying; state has DOMAIN_STATE_BYTES. */
void domain_state_format(const struct xen_domctl_getdomaininfo *info, char *state);

#endif
