/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain's CPUID policy as a list of leaves, as the tools read and give it.
 * Features may only be taken away; numbers of leaves only fall; caches, names
 * and counts of cores are the tools' to choose; all else is what it is. Only
 * leaves that the published library knows are listed: it refuses others.
 */
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/string.h"
#include "cpu_policy_private.h"

#define NONE XEN_CPUID_NO_SUBLEAF
#define EAX 1u
#define EBX 2u
#define ECX 4u
#define EDX 8u
#define ALL 15u

static const struct policy_leaf {
	uint32_t first, last;
	uint32_t nr_subleaves; /* NONE: they don't look at the subleaf */
	uint32_t free;	       /* words that the tools may choose */
} policy_leaves[] = {
	{0x0, 0x0, NONE, 0},
	{0x1, 0x1, NONE, EAX | EBX},
	{0x2, 0x2, NONE, ALL},
	{0x3, 0x3, NONE, 0},
	{0x4, 0x4, 6, ALL},
	{0x5, 0x6, NONE, 0},
	{0x7, 0x7, 1, 0},
	{0x8, 0xa, NONE, 0},
	{0xb, 0xb, 2, ALL},
	{0xc, 0xc, NONE, 0},
	{0xd, 0xd, 9, 0},
	{0x40000000, 0x40000000, NONE, 0},
	{0x40000100, 0x40000100, NONE, 0},
	{0x80000000, 0x80000000, NONE, 0},
	{0x80000001, 0x80000001, NONE, EAX | EBX},
	{0x80000002, 0x80000006, NONE, ALL},
	{0x80000007, 0x80000007, NONE, 0},
	{0x80000008, 0x80000008, NONE, ECX},
	{0x80000009, 0x8000001d, NONE, 0},
	{0x8000001e, 0x8000001e, NONE, ALL},
};

/* Where each word of features is; bits that aren't features, or that follow from others, are passed over. */
static const struct {
	uint32_t leaf, subleaf, word, ignored;
} feature_places[NR_CPU_FEATURE_WORDS] = {
	[CPUID_1_EDX] = {0x1, NONE, 3, 1U << 28},
	[CPUID_1_ECX] = {0x1, NONE, 2, 1U << 27},
	[CPUID_80000001_EDX] = {0x80000001, NONE, 3, 0},
	[CPUID_80000001_ECX] = {0x80000001, NONE, 2, 1U << 1},
	[CPUID_7_EBX] = {0x7, 0, 1, 0},
	[CPUID_7_ECX] = {0x7, 0, 2, 0},
	[CPUID_7_EDX] = {0x7, 0, 3, 0},
	[CPUID_D_1_EAX] = {0xd, 1, 0, 0},
	[CPUID_80000007_EDX] = {0x80000007, NONE, 3, 0},
	[CPUID_80000008_EBX] = {0x80000008, NONE, 1, 0},
};

struct cpu_policy *cpu_policy_create_host(void)
{
	struct cpu_policy *policy = object_alloc(sizeof(*policy));

	if (!policy)
		return NULL;
	memcpy(policy->features, cpu_host.features, sizeof(policy->features));
	policy->is_hardware_domain = true;
	policy->max_leaf = MIN(cpu_host.max_leaf, 0xd);
	policy->max_extended_leaf = MIN(cpu_host.max_extended_leaf, 0x8000001e);
	return policy;
}

uint32_t cpu_policy_read_featureset(const struct cpu_policy *p, uint32_t *words, uint32_t room)
{
	/* The ABI's order. */
	static const uint8_t order[] = {
		CPUID_1_EDX, CPUID_1_ECX, CPUID_80000001_EDX, CPUID_80000001_ECX, CPUID_D_1_EAX,
		CPUID_7_EBX, CPUID_7_ECX, CPUID_80000007_EDX, CPUID_80000008_EBX, CPUID_7_EDX,
	};

	for (uint32_t i = 0; i < room; i++)
		words[i] = i < ARRAY_SIZE(order) ? p->features[order[i]] : 0;
	return CPU_FEATURESET_WORDS;
}

static uint32_t leaf_word(const struct xen_cpuid_leaf *leaf, unsigned int word)
{
	const uint32_t words[] = {leaf->a, leaf->b, leaf->c, leaf->d};

	return words[word];
}

static const struct policy_leaf *leaf_find(uint32_t leaf, uint32_t subleaf)
{
	for (size_t i = 0; i < ARRAY_SIZE(policy_leaves); i++) {
		const struct policy_leaf *row = &policy_leaves[i];

		if (leaf >= row->first && leaf <= row->last)
			return row->nr_subleaves == NONE || subleaf < row->nr_subleaves ? row
											: NULL;
	}
	return NULL;
}

static bool leaf_is_there(const struct cpu_policy *p, uint32_t leaf)
{
	if (leaf >= 0x80000000)
		return leaf <= p->max_extended_leaf;
	return leaf >= 0x40000000 || leaf <= p->max_leaf;
}

struct policy_list {
	struct xen_cpuid_leaf *entries;
	uint32_t nr, room;
};

static void leaf_append(struct policy_list *list, const struct cpu_policy *p,
			const struct policy_leaf *row, uint32_t leaf)
{
	bool has_subleaves = row->nr_subleaves != NONE;
	uint32_t nr = has_subleaves ? row->nr_subleaves : 1;

	for (uint32_t subleaf = 0; subleaf < nr; subleaf++, list->nr++) {
		struct cpuid_result r = policy_read(p, leaf, subleaf);

		if (list->nr < list->room)
			list->entries[list->nr] = (struct xen_cpuid_leaf){
				leaf, has_subleaves ? subleaf : NONE, r.eax, r.ebx, r.ecx, r.edx};
	}
}

uint32_t cpu_policy_list(const struct cpu_policy *p, struct xen_cpuid_leaf *list, uint32_t room)
{
	struct policy_list to = {.entries = list, .room = room};

	for (size_t i = 0; i < ARRAY_SIZE(policy_leaves); i++) {
		const struct policy_leaf *row = &policy_leaves[i];

		for (uint32_t leaf = row->first; leaf <= row->last; leaf++)
			if (leaf_is_there(p, leaf))
				leaf_append(&to, p, row, leaf);
	}
	return to.nr;
}

static void words_replace(struct cpuid_result *r, const struct xen_cpuid_leaf *given,
			  uint32_t words)
{
	if (words & EAX)
		r->eax = given->a;
	if (words & EBX)
		r->ebx = given->b;
	if (words & ECX)
		r->ecx = given->c;
	if (words & EDX)
		r->edx = given->d;
}

void policy_apply_given(const struct cpu_policy *p, uint32_t leaf, uint32_t subleaf,
			struct cpuid_result *r)
{
	const struct policy_leaf *row = leaf_find(leaf, subleaf);

	if (!row || !row->free || !leaf_is_there(p, leaf))
		return;
	for (uint32_t i = 0; i < p->nr_given; i++) {
		const struct xen_cpuid_leaf *given = &p->given[i];

		if (given->leaf == leaf && (row->nr_subleaves == NONE || given->subleaf == subleaf))
			words_replace(r, given, row->free);
	}
}

static int limits_take(struct cpu_policy *p, const struct xen_cpuid_leaf *leaf)
{
	if (leaf->leaf == 0) {
		if (leaf->a > p->max_leaf)
			return -EINVAL;
		p->max_leaf = leaf->a;
	} else if (leaf->leaf == 0x80000000) {
		if (leaf->a > p->max_extended_leaf || (leaf->a && leaf->a < 0x80000000))
			return -EINVAL;
		p->max_extended_leaf = MAX(leaf->a, 0x80000000);
	}
	return 0;
}

static int features_take(struct cpu_policy *p, const struct xen_cpuid_leaf *leaf)
{
	for (unsigned int i = 0; i < NR_CPU_FEATURE_WORDS; i++) {
		uint32_t wanted;

		if (feature_places[i].leaf != leaf->leaf ||
		    (feature_places[i].subleaf != NONE &&
		     feature_places[i].subleaf != leaf->subleaf))
			continue;
		wanted = leaf_word(leaf, feature_places[i].word);
		if (wanted & ~(p->features[i] | feature_places[i].ignored))
			return -EINVAL;
		p->features[i] &= wanted;
	}
	return 0;
}

static int leaf_take(struct cpu_policy *p, const struct xen_cpuid_leaf *leaf)
{
	int rc;

	if (!leaf_find(leaf->leaf, leaf->subleaf))
		return leaf->a | leaf->b | leaf->c | leaf->d ? -ERANGE : 0;
	rc = limits_take(p, leaf);
	return rc ? rc : features_take(p, leaf);
}

int cpu_policy_restrict(struct cpu_policy *p, const struct xen_cpuid_leaf *list, uint32_t nr,
			uint32_t *refused)
{
	struct cpu_policy wanted = *p;

	if (nr == 0)
		return 0;
	for (uint32_t i = 0; i < nr; i++) {
		int rc = leaf_take(&wanted, &list[i]);

		if (rc) {
			*refused = i;
			return rc;
		}
	}
	wanted.given = object_alloc_array(nr, sizeof(*wanted.given));
	if (!wanted.given)
		return -ENOMEM;
	memcpy(wanted.given, list, nr * sizeof(*list));
	wanted.nr_given = nr;
	object_free(p->given);
	*p = wanted;
	return 0;
}
