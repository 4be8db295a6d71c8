/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Parsing of `cpuid' and its application to leaves. Names of features are those of the published
 * header, in any of the spellings in use: case, `-', `_' and `.' do not count.
 */
#include "libdom/policy.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct policy_leaf {
	uint32_t leaf, subleaf;
	unsigned int reg;
};

enum { REG_A, REG_B, REG_C, REG_D };

/* Words of a feature set, in order; the two of MSRs are no leaves. */
static const struct policy_leaf words[] = {
	{0x1, XEN_CPUID_NO_SUBLEAF, REG_D},
	{0x1, XEN_CPUID_NO_SUBLEAF, REG_C},
	{0x80000001, XEN_CPUID_NO_SUBLEAF, REG_D},
	{0x80000001, XEN_CPUID_NO_SUBLEAF, REG_C},
	{0xd, 1, REG_A},
	{0x7, 0, REG_B},
	{0x7, 0, REG_C},
	{0x80000007, XEN_CPUID_NO_SUBLEAF, REG_D},
	{0x80000008, XEN_CPUID_NO_SUBLEAF, REG_B},
	{0x7, 0, REG_D},
	{0x7, 1, REG_A},
	{0x80000021, XEN_CPUID_NO_SUBLEAF, REG_A},
	{0x7, 1, REG_B},
	{0x7, 2, REG_D},
	{0x7, 1, REG_C},
	{0x7, 1, REG_D},
};

#define XEN_CPUFEATURE(name_, bit_) {#name_, bit_},
static const struct {
	const char *name;
	unsigned int bit;
} features[] = {
#include <xen/arch-x86/cpufeatureset.h>
	/* As xl called them before the header had names. */
	{"CMPXCHG8", 0 * 32 + 8}, {"SYSENTER", 0 * 32 + 11}, {"PSN", 0 * 32 + 18},
	{"CLFSH", 0 * 32 + 19},	  {"TM", 0 * 32 + 29},	     {"IA64", 0 * 32 + 30},
	{"EST", 1 * 32 + 7},	  {"CNTXID", 1 * 32 + 10},   {"CMPXCHG16", 1 * 32 + 13},
	{"AES", 1 * 32 + 25},	  {"LAHFSAHF", 3 * 32 + 0},  {"ALTMOVCR8", 3 * 32 + 4},
	{"NODEID", 3 * 32 + 19},  {"CMT", 5 * 32 + 12},	     {"CAT", 5 * 32 + 15},
	{"INVTSC", 7 * 32 + 8},
};

static const struct {
	const char *name;
	struct policy_leaf where;
	unsigned int shift, bits;
} numbers[] = {
	{"maxleaf", {0x0, XEN_CPUID_NO_SUBLEAF, REG_A}, 0, 32},
	{"stepping", {0x1, XEN_CPUID_NO_SUBLEAF, REG_A}, 0, 4},
	{"brandid", {0x1, XEN_CPUID_NO_SUBLEAF, REG_B}, 0, 8},
	{"clflush", {0x1, XEN_CPUID_NO_SUBLEAF, REG_B}, 8, 8},
	{"proccount", {0x1, XEN_CPUID_NO_SUBLEAF, REG_B}, 16, 8},
	{"localapicid", {0x1, XEN_CPUID_NO_SUBLEAF, REG_B}, 24, 8},
	{"procpkg", {0x4, 0, REG_A}, 26, 6},
	{"maxhvleaf", {0x40000000, XEN_CPUID_NO_SUBLEAF, REG_A}, 0, 8},
	{"nc", {0x80000008, XEN_CPUID_NO_SUBLEAF, REG_C}, 0, 8},
	{"apicidsize", {0x80000008, XEN_CPUID_NO_SUBLEAF, REG_C}, 12, 4},
};

static bool is_separator(char c)
{
	return c == '-' || c == '_' || c == '.';
}

/* name is ended by its length. */
static bool is_same_name(const char *known, const char *name, size_t length)
{
	const char *end = name + length;

	for (;;) {
		while (is_separator(*known))
			known++;
		while (name < end && is_separator(*name))
			name++;
		if (!*known || name == end)
			return !*known && name == end;
		if (tolower((unsigned char)*known++) != tolower((unsigned char)*name++))
			return false;
	}
}

static struct policy_change *changes_add(struct policy_changes *changes, struct policy_leaf where)
{
	struct policy_change *change;

	changes->items = alloc_grow(changes->items, changes->count, sizeof(*changes->items));
	change = &changes->items[changes->count++];
	change->leaf = where.leaf;
	change->subleaf = where.subleaf;
	change->reg = where.reg;
	return change;
}

void policy_changes_free(struct policy_changes *changes)
{
	free(changes->items);
	*changes = (struct policy_changes){0};
}

static void change_number(struct policy_changes *changes, struct policy_leaf where,
			  unsigned int shift, unsigned int bits, uint32_t number)
{
	uint32_t mask = (bits == 32 ? UINT32_MAX : (1U << bits) - 1) << shift;
	struct policy_change *change = changes_add(changes, where);

	change->set = number << shift & mask;
	change->clear = mask & ~change->set;
}

static bool change_letter(struct policy_change *change, char letter, uint32_t mask)
{
	switch (letter) {
	case '1':
		change->set |= mask;
		return true;
	case '0':
		change->clear |= mask;
		return true;
	case 'k':
	case 's':
		change->host |= mask;
		return true;
	default:
		return letter == 'x';
	}
}

static bool parse_uint(const char *text, size_t length, uint32_t *number)
{
	char copy[16], *end;
	unsigned long long value;

	if (!length || length >= sizeof(copy) || !isdigit((unsigned char)*text))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	value = strtoull(copy, &end, 0);
	*number = (uint32_t)value;
	return !*end && value <= UINT32_MAX;
}

/* Family and model are each in two fields of leaf 1, register a. */
static bool change_signature(struct policy_changes *changes, const char *name, size_t length,
			     uint32_t number)
{
	static const struct policy_leaf where = {0x1, XEN_CPUID_NO_SUBLEAF, REG_A};

	if (is_same_name("family", name, length) && number < 0xf + 256) {
		change_number(changes, where, 8, 4, number < 0xf ? number : 0xf);
		change_number(changes, where, 20, 8, number < 0xf ? 0 : number - 0xf);
		return true;
	}
	if (is_same_name("model", name, length) && number < 256) {
		change_number(changes, where, 4, 4, number & 0xf);
		change_number(changes, where, 16, 4, number >> 4);
		return true;
	}
	return false;
}

static bool parse_number_key(struct policy_changes *changes, const char *name, size_t length,
			     const char *value, size_t value_length, bool *known)
{
	uint32_t number;
	bool is_number = parse_uint(value, value_length, &number);

	*known = is_same_name("family", name, length) || is_same_name("model", name, length);
	if (*known)
		return is_number && change_signature(changes, name, length, number);
	for (size_t n = 0; n < sizeof(numbers) / sizeof(numbers[0]); n++) {
		if (!is_same_name(numbers[n].name, name, length))
			continue;
		*known = true;
		if (!is_number || (numbers[n].bits < 32 && number >> numbers[n].bits))
			return false;
		change_number(changes, numbers[n].where, numbers[n].shift, numbers[n].bits, number);
		return true;
	}
	return false;
}

static int parse_pair(struct policy_changes *changes, const char *pair, size_t length,
		      const char **cause)
{
	const char *equals = memchr(pair, '=', length);
	size_t name_length = equals ? (size_t)(equals - pair) : 0;
	size_t value_length = equals ? length - name_length - 1 : 0;
	bool known;

	*cause = "a feature is written NAME=VALUE";
	if (!name_length)
		return -1;
	if (parse_number_key(changes, pair, name_length, equals + 1, value_length, &known))
		return 0;
	*cause = "the number does not fit its field";
	if (known)
		return -1;
	for (size_t n = 0; n < sizeof(features) / sizeof(features[0]); n++) {
		unsigned int bit = features[n].bit;

		if (!is_same_name(features[n].name, pair, name_length))
			continue;
		*cause = "this feature cannot be changed here";
		if (bit / 32 >= sizeof(words) / sizeof(words[0]))
			return -1;
		*cause = "the value of a feature is one of 0, 1, x, k, s";
		return value_length == 1 && change_letter(changes_add(changes, words[bit / 32]),
							  equals[1], 1U << (bit % 32))
			       ? 0
			       : -1;
	}
	*cause = "there is no CPU feature of this name";
	return -1;
}

static int parse_names(const char *text, struct policy_changes *changes, const char **cause)
{
	const char *end = strchrnul(text, ',');

	if (!is_same_name("host", text, (size_t)(end - text))) {
		*cause = "the string must begin with `host', or be LEAF:REGISTER=BITS";
		return -1;
	}
	while (*end) {
		text = end + 1;
		end = strchrnul(text, ',');
		if (parse_pair(changes, text, (size_t)(end - text), cause))
			return -1;
	}
	return 0;
}

/* 32 letters, the highest bit first. */
static bool parse_bits(struct policy_change *change, const char *bits, size_t length)
{
	if (length != 32)
		return false;
	for (unsigned int n = 0; n < 32; n++)
		if (!change_letter(change, bits[n], 1U << (31 - n)))
			return false;
	return true;
}

static int parse_register(struct policy_changes *changes, struct policy_leaf where,
			  const char *text, size_t length, const char **cause)
{
	*cause = "a register is written eax=, ebx=, ecx= or edx=";
	if (length < 4 || text[0] != 'e' || text[1] < 'a' || text[1] > 'd' || text[2] != 'x' ||
	    text[3] != '=')
		return -1;
	where.reg = (unsigned int)(text[1] - 'a');
	*cause = "a register has 32 bits, each one of 0, 1, x, k, s";
	return parse_bits(changes_add(changes, where), text + 4, length - 4) ? 0 : -1;
}

static int parse_leaf(const char *text, struct policy_changes *changes, const char **cause)
{
	const char *colon = strchr(text, ':');
	const char *comma = memchr(text, ',', (size_t)(colon - text));
	const char *leaf_end = comma ? comma : colon, *end = colon;
	struct policy_leaf where = {.subleaf = XEN_CPUID_NO_SUBLEAF};

	*cause = "this is no number of a leaf";
	if (!parse_uint(text, (size_t)(leaf_end - text), &where.leaf) ||
	    (comma && !parse_uint(comma + 1, (size_t)(colon - comma - 1), &where.subleaf)))
		return -1;
	do {
		text = end + 1;
		end = strchrnul(text, ',');
		if (parse_register(changes, where, text, (size_t)(end - text), cause))
			return -1;
	} while (*end);
	return 0;
}

int policy_parse(const char *text, struct policy_changes *changes, const char **cause)
{
	return strchr(text, ':') ? parse_leaf(text, changes, cause)
				 : parse_names(text, changes, cause);
}

static uint32_t *leaf_register(xen_cpuid_leaf_t *leaf, unsigned int reg)
{
	uint32_t *const registers[] = {&leaf->a, &leaf->b, &leaf->c, &leaf->d};

	return registers[reg];
}

/* A leaf asked for without a subleaf matches subleaf 0 as well. */
static xen_cpuid_leaf_t *find_leaf(xen_cpuid_leaf_t *leaves, uint32_t nr_leaves,
				   const struct policy_change *change)
{
	for (uint32_t n = 0; n < nr_leaves; n++) {
		bool same = leaves[n].subleaf == change->subleaf ||
			    (change->subleaf == XEN_CPUID_NO_SUBLEAF && !leaves[n].subleaf) ||
			    (leaves[n].subleaf == XEN_CPUID_NO_SUBLEAF && !change->subleaf);

		if (leaves[n].leaf == change->leaf && same)
			return &leaves[n];
	}
	return NULL;
}

size_t policy_change_leaves(const struct policy_changes *changes, xen_cpuid_leaf_t *leaves,
			    uint32_t nr_leaves, const xen_cpuid_leaf_t *host, uint32_t nr_host)
{
	size_t found = 0;

	for (size_t n = 0; n < changes->count; n++) {
		const struct policy_change *change = &changes->items[n];
		xen_cpuid_leaf_t *leaf = find_leaf(leaves, nr_leaves, change);
		xen_cpuid_leaf_t *source = find_leaf((xen_cpuid_leaf_t *)host, nr_host, change);
		uint32_t bits = source ? *leaf_register(source, change->reg) : 0;
		uint32_t *target;

		if (!leaf)
			continue;
		target = leaf_register(leaf, change->reg);
		*target = (*target & ~(change->clear | change->host)) | change->set |
			  (bits & change->host);
		found++;
	}
	return found;
}
