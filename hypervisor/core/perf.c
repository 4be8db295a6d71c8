/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The software counters themselves; who counts includes hv/perf.h. */
#include "hv/perf.h"

DEFINE_PER_CPU(struct perf_values, perf_values);
