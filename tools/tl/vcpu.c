/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vcpu-list, vcpu-pin, vcpu-set: where vcpus run, may run, would rather run, and how many are
 * online. A vcpu goes offline by the guest's own hand: the store asks it.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "libdom/cpulist.h"
#include "libdom/domain.h"
#include "libdom/settings.h"
#include "tl/command.h"

#define LIST_TEXT 400

/* What cpulist needs of the machine. */
struct processors {
	struct cpulist_machine machine;
	uint32_t *nodes;
};

static int processors_read(struct ctl *ctl, struct processors *processors)
{
	struct xen_sysctl_cputopo *cpus;
	uint32_t count;

	if (ctl_topology(ctl, &cpus, &count))
		return -1;
	processors->nodes = alloc_zeroed(count + 1, sizeof(*processors->nodes));
	for (uint32_t n = 0; n < count; n++)
		processors->nodes[n] = cpus[n].node;
	processors->machine = (struct cpulist_machine){.nr_cpus = count,
						       .nodes = processors->nodes};
	free(cpus);
	return 0;
}

struct vcpu_row {
	const char *name;
	uint32_t domid, vcpu;
	struct xen_domctl_getvcpuinfo info;
	char hard[LIST_TEXT], soft[LIST_TEXT];
};

struct vcpu_listing {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store;
	struct processors processors;
	json_t *array; /* NULL: columns */
};

static void print_row(const struct vcpu_row *row)
{
	printf("%-32s %5u %5u", row->name ? row->name : "(null)", row->domid, row->vcpu);
	if (row->info.online)
		printf("  %3u   %c%c-  ", row->info.cpu, row->info.running ? 'r' : '-',
		       row->info.blocked ? 'b' : '-');
	else
		printf("    -   --p  ");
	printf("%8.1f  %s / %s\n", (double)row->info.cpu_time / 1e9, row->hard, row->soft);
}

static json_t *describe_row(const struct vcpu_row *row)
{
	return json_pack("{s:s?, s:i, s:i, s:b, s:b, s:b, s:o, s:f, s:s, s:s}", "name", row->name,
			 "domid", (int)row->domid, "vcpu", (int)row->vcpu, "online",
			 row->info.online, "running", row->info.running, "blocked",
			 row->info.blocked, "cpu",
			 row->info.online ? json_integer(row->info.cpu) : json_null(),
			 "cpu_seconds", (double)row->info.cpu_time / 1e9, "affinity_hard",
			 row->hard, "affinity_soft", row->soft);
}

static int list_vcpu(struct vcpu_listing *listing, struct vcpu_row *row)
{
	unsigned int nr_cpus = listing->processors.machine.nr_cpus;
	uint8_t hard[CPULIST_BYTES] = {0}, soft[CPULIST_BYTES] = {0};

	if (ctl_vcpu_info(listing->ctl, row->domid, row->vcpu, &row->info) ||
	    ctl_vcpu_get_affinity(listing->ctl, row->domid, row->vcpu, hard, soft, sizeof(hard)))
		return -1;
	cpulist_format(hard, nr_cpus, row->hard, sizeof(row->hard));
	cpulist_format(soft, nr_cpus, row->soft, sizeof(row->soft));
	if (listing->array)
		json_array_append_new(listing->array, describe_row(row));
	else
		print_row(row);
	return 0;
}

static int list_domain(struct vcpu_listing *listing, const struct xen_domctl_getdomaininfo *info)
{
	char *name = domain_name(listing->store, info->domain);
	struct vcpu_row *row = alloc_zeroed(1, sizeof(*row));
	int ret = 0;

	row->name = name;
	row->domid = info->domain;
	/* One that is being created may have none yet. */
	for (row->vcpu = 0; !ret && row->vcpu < info->max_vcpu_id + 1; row->vcpu++)
		ret = list_vcpu(listing, row);
	free(row);
	free(name);
	return ret;
}

static int list_named(struct vcpu_listing *listing)
{
	struct invocation *invocation = listing->invocation;
	struct xen_domctl_getdomaininfo info;
	uint32_t domid;

	for (int n = 0; n < invocation->argc; n++) {
		if (invocation_find_domain(invocation, invocation->argv[n], &domid))
			return -1;
		if (ctl_domain_info(listing->ctl, domid, &info) || list_domain(listing, &info))
			return invocation_fail_errno(invocation, "listing vcpus",
						     invocation->argv[n]);
	}
	return 0;
}

static int list_all(struct vcpu_listing *listing)
{
	struct xen_domctl_getdomaininfo *domains;
	uint32_t count;
	int ret = 0;

	if (ctl_domain_list_all(listing->ctl, &domains, &count))
		return invocation_fail_errno(listing->invocation, "listing vcpus", "all domains");
	/* One that ends meanwhile is no failure of the others' list. */
	for (uint32_t n = 0; n < count; n++)
		if (list_domain(listing, &domains[n]) && errno != ESRCH)
			ret = invocation_fail_errno(listing->invocation, "listing vcpus",
						    "all domains");
	free(domains);
	return ret;
}

static int run_list(struct invocation *invocation)
{
	struct vcpu_listing listing = {.invocation = invocation};
	int ret;

	if (invocation_open_ctl(invocation, &listing.ctl))
		return -1;
	if (invocation_open_store(invocation, &listing.store))
		invocation->failure.code = FAILURE_NONE;
	if (processors_read(listing.ctl, &listing.processors))
		return invocation_fail_errno(invocation, "asking for the topology",
					     "the hypervisor");
	if (invocation->json)
		listing.array = json_array();
	else
		printf("%-32s %5s %5s %5s %5s %9s %s\n", "Name", "ID", "VCPU", "CPU", "State",
		       "Time(s)", "Affinity (Hard / Soft)");
	ret = invocation->argc ? list_named(&listing) : list_all(&listing);
	if (listing.array && !ret) {
		json_dumpf(listing.array, stdout, JSON_INDENT(4));
		putchar('\n');
	}
	json_decref(listing.array);
	free(listing.processors.nodes);
	return ret;
}

COMMAND(vcpu_list) = {
	.name = "vcpu-list",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_JSON,
	.operands = "[DOMAIN...]",
	.most = -1,
	.summary = "list vcpus: where they are, where they may run",
	.run = run_list,
};

/* A mask of the operands: "-" leaves the affinity as it is; *map NULL then. */
static int parse_mask(struct invocation *invocation, const struct processors *processors,
		      const char *text, uint8_t *storage, uint8_t **map)
{
	const char *cause;

	*map = NULL;
	if (!text || !strcmp(text, "-"))
		return 0;
	if (cpulist_parse(text, &processors->machine, storage, &cause))
		return invocation_refuse(invocation, text, cause);
	*map = storage;
	return 0;
}

enum { OPTION_FORCE, OPTION_IGNORE_MASKS };

static const struct command_option pin_options[] = {
	[OPTION_FORCE] = {'f', "force", NULL, "ends what the guest itself pinned for a while"},
	[OPTION_IGNORE_MASKS] = {0, "ignore-global-affinity-masks", NULL,
				 "vm.cpumask of xl.conf does not count"},
	{0, NULL, NULL, NULL},
};

/* What the administrator leaves of a hard affinity. */
static int apply_mask(struct invocation *invocation, const struct processors *processors,
		      const char *mask, uint8_t *hard)
{
	uint8_t storage[CPULIST_BYTES], *allowed, some = 0;

	if (!mask || !hard)
		return 0;
	if (parse_mask(invocation, processors, mask, storage, &allowed))
		return -1;
	for (size_t n = 0; allowed && n < CPULIST_BYTES; n++)
		some |= hard[n] &= allowed[n];
	if (some || !allowed)
		return 0;
	return invocation_refuse(invocation, mask, "this mask of xl.conf leaves none of the CPUs");
}

/* dom0 is no guest of theirs. */
static int apply_masks(struct invocation *invocation, const struct processors *processors,
		       uint32_t domid, uint8_t *hard)
{
	const struct settings *settings;

	if (!domid || invocation_option(invocation, OPTION_IGNORE_MASKS))
		return 0;
	if (invocation_open_settings(invocation, &settings))
		return -1;
	return apply_mask(invocation, processors, settings->cpumask, hard) ||
			       apply_mask(invocation, processors, settings->cpumask_pv, hard)
		       ? -1
		       : 0;
}

static int pin_vcpu(struct ctl *ctl, uint32_t domid, uint32_t vcpu, const uint8_t *hard,
		    const uint8_t *soft)
{
	/* The effective affinity comes back into what was given. */
	uint8_t hard_copy[CPULIST_BYTES], soft_copy[CPULIST_BYTES];

	if (hard)
		memcpy(hard_copy, hard, sizeof(hard_copy));
	if (soft)
		memcpy(soft_copy, soft, sizeof(soft_copy));
	return ctl_vcpu_set_affinity(ctl, domid, vcpu, hard ? hard_copy : NULL,
				     soft ? soft_copy : NULL, CPULIST_BYTES);
}

static int pin_vcpus(struct invocation *invocation, struct ctl *ctl, uint32_t domid,
		     const uint8_t *hard, const uint8_t *soft)
{
	const char *text = invocation->argv[1];
	struct xen_domctl_getdomaininfo info;
	int64_t first = 0, last;

	if (ctl_domain_info(ctl, domid, &info))
		return invocation_fail_errno(invocation, "pinning", invocation->argv[0]);
	last = (int64_t)(uint32_t)(info.max_vcpu_id + 1) - 1;
	if (strcmp(text, "all")) {
		if (!command_parse_number(text, 0, last, &first))
			return invocation_refuse(invocation, text, "there is no such vcpu");
		last = first;
	}
	for (int64_t vcpu = first; vcpu <= last; vcpu++)
		if ((invocation_option(invocation, OPTION_FORCE) &&
		     ctl_vcpu_end_override(ctl, domid, (uint32_t)vcpu)) ||
		    pin_vcpu(ctl, domid, (uint32_t)vcpu, hard, soft))
			return invocation_fail_errno(invocation, "pinning a vcpu",
						     invocation->argv[0]);
	return 0;
}

static int run_pin(struct invocation *invocation)
{
	uint8_t hard_map[CPULIST_BYTES], soft_map[CPULIST_BYTES], *hard, *soft;
	struct processors processors;
	struct ctl *ctl;
	uint32_t domid;
	int ret = -1;

	if (invocation_open_ctl(invocation, &ctl) ||
	    invocation_find_domain(invocation, invocation->argv[0], &domid))
		return -1;
	if (processors_read(ctl, &processors))
		return invocation_fail_errno(invocation, "asking for the topology",
					     "the hypervisor");
	if (!parse_mask(invocation, &processors, invocation->argv[2], hard_map, &hard) &&
	    !parse_mask(invocation, &processors, invocation->argc > 3 ? invocation->argv[3] : NULL,
			soft_map, &soft) &&
	    !apply_masks(invocation, &processors, domid, hard))
		ret = pin_vcpus(invocation, ctl, domid, hard, soft);
	free(processors.nodes);
	return ret;
}

COMMAND(vcpu_pin) = {
	.name = "vcpu-pin",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN VCPU|all CPUS|all|- [CPUS|all|-]",
	.least = 3,
	.most = 4,
	.summary = "say on which CPUs a vcpu may run, and would rather run",
	.description = "CPUS is a list such as 0-3,5,^1 or node:1. The first is the hard affinity, "
		       "the second the soft one; - leaves one as it is.",
	.options = pin_options,
	.run = run_pin,
};

enum { OPTION_IGNORE_HOST };

static const struct command_option set_options[] = {
	[OPTION_IGNORE_HOST] = {'i', "ignore-host", NULL,
				"accepted: more than the machine has CPUs is no fault here"},
	{0, NULL, NULL, NULL},
};

struct online_request {
	uint32_t domid, nr_vcpus, wanted;
};

static int write_availability(struct store *store, void *context)
{
	const struct online_request *request = context;

	for (uint32_t n = 0; n < request->nr_vcpus; n++)
		if (store_write(store, n < request->wanted ? "online" : "offline",
				"/local/domain/%u/cpu/%u/availability", request->domid, n))
			return -1;
	return 0;
}

static int run_set(struct invocation *invocation)
{
	struct xen_domctl_getdomaininfo info;
	struct online_request request;
	struct store *store;
	struct ctl *ctl;
	int64_t wanted;

	if (invocation_open_ctl(invocation, &ctl) || invocation_open_store(invocation, &store) ||
	    invocation_find_domain(invocation, invocation->argv[0], &request.domid))
		return -1;
	if (ctl_domain_info(ctl, request.domid, &info))
		return invocation_fail_errno(invocation, "asking for the domain",
					     invocation->argv[0]);
	request.nr_vcpus = info.max_vcpu_id + 1;
	if (!command_parse_number(invocation->argv[1], 1, request.nr_vcpus, &wanted))
		return invocation_refuse(invocation, invocation->argv[1],
					 "the domain has not that many vcpus (maxvcpus), or it is "
					 "no number from 1 up");
	request.wanted = (uint32_t)wanted;
	if (store_transact(store, write_availability, &request))
		return invocation_fail_errno(invocation, "asking the guest for its vcpus",
					     invocation->argv[0]);
	return 0;
}

COMMAND(vcpu_set) = {
	.name = "vcpu-set",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN COUNT",
	.least = 2,
	.most = 2,
	.summary = "ask a guest to have COUNT vcpus online",
	.options = set_options,
	.run = run_set,
};
