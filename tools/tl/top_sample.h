/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `top' shows: the domains at one moment, with what dom0's kernel counts of their devices. A
 * share of CPU time is the difference between two samples.
 */
#ifndef TL_TOP_SAMPLE_H
#define TL_TOP_SAMPLE_H

#include <stdint.h>

#include "libctl/ctl.h"
#include "libdom/store.h"

struct top_domain {
	struct xen_domctl_getdomaininfo info;
	char *name;
	double cpu_percent; /* of one CPU, since the sample before; 0 when it was not in that */
	unsigned int nr_vifs, nr_vbds;
	uint64_t sent_bytes, received_bytes; /* as the guest sees it */
	uint64_t stalls, reads, writes, read_sectors, written_sectors;
};

struct top_sample {
	struct top_domain *domains;
	uint32_t count;
	struct xen_sysctl_physinfo machine;
	int64_t taken_ns;
};

/* before: the last one, NULL at first. -1 with errno. */
int top_sample_take(struct ctl *ctl, struct store *store, const struct top_sample *before,
		    struct top_sample *sample);
void top_sample_free(struct top_sample *sample);

#endif
