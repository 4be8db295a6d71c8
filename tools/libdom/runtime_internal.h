/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the sources of the state files share. For no one else. */
#ifndef LIBDOM_RUNTIME_INTERNAL_H
#define LIBDOM_RUNTIME_INTERNAL_H

#include <jansson.h>

#include "libdom/runtime.h"

/* malloc'd. */
char *runtime_state_path(uint32_t domid, const char *suffix);
int runtime_state_fail(struct failure *failure, int error, const char *path);
/* For json_decref(); NULL with a failure. */
json_t *runtime_load_state(uint32_t domid, struct failure *failure);
int runtime_summarize(struct runtime_summary *summary, json_t *json, struct failure *failure);

#endif
