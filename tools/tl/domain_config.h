/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A running domain's configuration as `xl list --long' has it: what it was made with, by tl or by
 * others, with what was changed since.
 */
#ifndef TL_DOMAIN_CONFIG_H
#define TL_DOMAIN_CONFIG_H

#include <jansson.h>

#include "libctl/ctl.h"
#include "libdom/cpulist.h"
#include "libdom/store.h"

struct domain_config_sources {
	struct ctl *ctl;
	struct store *store; /* may be NULL */
	struct cpulist_machine machine;
};

/* 0, or -1 with errno; fini frees. */
int domain_config_init(struct domain_config_sources *sources, struct ctl *ctl, struct store *store);
void domain_config_fini(struct domain_config_sources *sources);
/* The caller's to json_decref(). */
json_t *domain_config_describe(const struct domain_config_sources *sources,
			       const struct xen_domctl_getdomaininfo *info);

#endif
