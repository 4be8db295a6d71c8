/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of CPUs as xl writes them: "all", "0-3,5,^1", "node:0,nodes:2-3,^node:1". Pure. A bitmap has
 * CPU n in bit n % 8 of byte n / 8.
 */
#ifndef LIBDOM_CPULIST_H
#define LIBDOM_CPULIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CPULIST_BYTES 512 /* of a bitmap: 4,096 CPUs */

struct cpulist_machine {
	unsigned int nr_cpus;  /* numbers below this exist */
	const uint32_t *nodes; /* the node of each CPU; NULL: all are of node 0 */
};

/* Sets map (CPULIST_BYTES, cleared first); an empty result is refused. With machine NULL only the
 * syntax is checked, and map may be NULL. 0, or -1 and *cause, a constant text. */
int cpulist_parse(const char *text, const struct cpulist_machine *machine, uint8_t *map,
		  const char **cause);
/* "0-3,5", "all" when it has all of nr_cpus, "none". Cut at bytes. */
void cpulist_format(const uint8_t *map, unsigned int nr_cpus, char *text, size_t bytes);
bool cpulist_has(const uint8_t *map, unsigned int cpu);

#endif
