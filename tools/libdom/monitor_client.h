/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The monitor as commands see it: that it runs, and questions to it. One JSON object a line over
 * /run/trestle/monitor.sock, both ways.
 */
#ifndef LIBDOM_MONITOR_CLIENT_H
#define LIBDOM_MONITOR_CLIENT_H

#include <jansson.h>

#include "libctl/failure.h"

/* Starts it when nobody listens, and returns when it is ready. */
int monitor_start(struct failure *failure);
/* One question, one answer for json_decref(); -1 also for an answer {"error": …}. */
int monitor_ask(const json_t *question, json_t **answer, struct failure *failure);
/* 0 when it listens. */
int monitor_connect(int *fd);

#endif
