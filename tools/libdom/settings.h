/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the administrator set for all guests of this machine: /etc/xen/xl.conf. Pure but for reading
 * the file.
 */
#ifndef LIBDOM_SETTINGS_H
#define LIBDOM_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "libctl/failure.h"
#include "libdom/alloc.h"
#include "libdom/config.h"

#define SETTINGS_PATH "/etc/xen/xl.conf"

enum settings_autoballoon { AUTOBALLOON_OFF, AUTOBALLOON_ON, AUTOBALLOON_AUTO };
enum settings_output { OUTPUT_JSON, OUTPUT_SXP };

struct settings {
	int64_t autoballoon;   /* enum settings_autoballoon */
	int64_t output_format; /* enum settings_output */
	int64_t random_domid;  /* domid_policy="random" */
	int64_t claim;	       /* claim_mode, 0 or 1 */
	int64_t max_grant_frames, max_maptrack_frames, max_grant_version; /* -1: hypervisor's */
	char *lockfile, *bridge, *vif_script, *vif_backend, *gatewaydev;
	char *cpumask, *cpumask_pv, *cpumask_hvm; /* CPU lists; NULL: all */
};

void settings_init(struct settings *settings);
void settings_free(struct settings *settings);
/* Keys onto what settings_init() left. */
int settings_take(struct settings *settings, const struct config *config, struct strings *notes,
		  struct failure *failure);
/* A missing file is all defaults. */
int settings_read(struct settings *settings, const char *path, struct strings *notes,
		  struct failure *failure);

#endif
