/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Terms of a list are taken from left to right: each adds its CPUs, or with ^ takes them away.
 */
#include "libdom/cpulist.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS_MAX (CPULIST_BYTES * 8)

struct term {
	bool take_away, nodes, all;
	unsigned int first, last;
};

bool cpulist_has(const uint8_t *map, unsigned int cpu)
{
	return map[cpu / 8] >> (cpu % 8) & 1;
}

static bool skip_word(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length))
		return false;
	*text += length;
	return true;
}

static void skip_blanks(const char **text)
{
	while (**text == ' ' || **text == '\t')
		++*text;
}

static bool read_number(const char **text, unsigned int *number)
{
	char *end;
	unsigned long value;

	if (!isdigit((unsigned char)**text))
		return false;
	value = strtoul(*text, &end, 10);
	*text = end;
	*number = (unsigned int)value;
	return value < CPUS_MAX;
}

static bool read_term(const char **text, struct term *term)
{
	*term = (struct term){0};
	skip_blanks(text);
	term->take_away = skip_word(text, "^");
	if (skip_word(text, "all")) {
		term->all = true;
		term->last = CPUS_MAX - 1;
		return true;
	}
	term->nodes = skip_word(text, "nodes:") || skip_word(text, "node:");
	if (term->nodes && !term->take_away)
		term->take_away = skip_word(text, "^");
	if (!read_number(text, &term->first))
		return false;
	term->last = term->first;
	skip_blanks(text);
	if (skip_word(text, "-")) {
		skip_blanks(text);
		return read_number(text, &term->last) && term->last >= term->first;
	}
	return true;
}

static bool term_has(const struct term *term, const struct cpulist_machine *machine,
		     unsigned int cpu)
{
	unsigned int number = cpu;

	if (term->nodes)
		number = machine->nodes ? machine->nodes[cpu] : 0;
	return number >= term->first && number <= term->last;
}

static void apply_term(const struct term *term, const struct cpulist_machine *machine, uint8_t *map)
{
	for (unsigned int cpu = 0; cpu < machine->nr_cpus && cpu < CPUS_MAX; cpu++) {
		if (!term_has(term, machine, cpu))
			continue;
		if (term->take_away)
			map[cpu / 8] &= (uint8_t) ~(1U << (cpu % 8));
		else
			map[cpu / 8] |= (uint8_t)(1U << (cpu % 8));
	}
}

static bool is_empty(const uint8_t *map)
{
	for (size_t n = 0; n < CPULIST_BYTES; n++)
		if (map[n])
			return false;
	return true;
}

int cpulist_parse(const char *text, const struct cpulist_machine *machine, uint8_t *map,
		  const char **cause)
{
	struct term term;

	if (map)
		memset(map, 0, CPULIST_BYTES);
	do {
		if (!read_term(&text, &term)) {
			*cause = "this is no list of CPUs";
			return -1;
		}
		if (machine && !term.nodes && !term.all && !term.take_away &&
		    term.last >= machine->nr_cpus) {
			*cause = "the machine has no CPU of that number";
			return -1;
		}
		if (machine)
			apply_term(&term, machine, map);
		skip_blanks(&text);
	} while (skip_word(&text, ","));
	if (*text) {
		*cause = "this is no list of CPUs";
		return -1;
	}
	*cause = "no CPU is left in the list";
	return machine && is_empty(map) ? -1 : 0;
}

void cpulist_format(const uint8_t *map, unsigned int nr_cpus, char *text, size_t bytes)
{
	size_t length = 0;
	unsigned int first, cpu = 0;

	snprintf(text, bytes, "none");
	while (cpu < nr_cpus && length < bytes) {
		if (!cpulist_has(map, cpu)) {
			cpu++;
			continue;
		}
		for (first = cpu; cpu < nr_cpus && cpulist_has(map, cpu);)
			cpu++;
		if (first == 0 && cpu == nr_cpus) {
			snprintf(text, bytes, "all");
			return;
		}
		length += (size_t)snprintf(text + length, bytes - length,
					   cpu - first > 1 ? "%s%u-%u" : "%s%u", length ? "," : "",
					   first, cpu - 1);
	}
}
