/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list: domains in columns as xl prints them, as JSON, or with their configuration.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "libdom/domain.h"
#include "libdom/pool.h"
#include "tl/command.h"
#include "tl/domain_config.h"
#include "tl/domain_state.h"
#include "tl/json_text.h"

enum {
	OPTION_LONG,
	OPTION_VERBOSE,
	OPTION_CONTEXT,
	OPTION_POOL,
	OPTION_NUMA,
	OPTION_NAMES,
};

static const struct command_option options[] = {
	[OPTION_LONG] = {'l', "long", NULL, "configurations as JSON"},
	[OPTION_VERBOSE] = {'v', "verbose", NULL, "UUIDs and reasons of shutdown as well"},
	[OPTION_CONTEXT] = {'Z', "context", NULL, "security labels as well; there are none"},
	[OPTION_POOL] = {'c', "cpupool", NULL, "CPU pools as well"},
	[OPTION_NUMA] = {'n', "numa", NULL, "node affinities as well"},
	[OPTION_NAMES] = {0, "names", NULL, "names of guests only, one a line"},
	{0, NULL, NULL, NULL},
};

struct listing {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store; /* NULL when none answers: names are missing then */
	struct xen_domctl_getdomaininfo *domains;
	uint32_t count;
};

static uint64_t memory_mib(const struct xen_domctl_getdomaininfo *info)
{
	return (info->tot_pages + info->outstanding_pages) * 4 / 1024;
}

static void print_reason(const struct xen_domctl_getdomaininfo *info)
{
	if (info->flags & XEN_DOMINF_shutdown)
		printf(" %8x", info->flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask);
	else
		printf(" %8s", "-");
}

static void print_header(const struct listing *listing)
{
	struct invocation *invocation = listing->invocation;

	printf("Name                                        ID   Mem VCPUs\tState\tTime(s)");
	if (invocation_option(invocation, OPTION_VERBOSE))
		printf("   UUID                            Reason-Code\tSecurity Label");
	else if (invocation_option(invocation, OPTION_CONTEXT))
		printf("   Security Label");
	if (invocation_option(invocation, OPTION_POOL))
		printf("         Cpupool");
	if (invocation_option(invocation, OPTION_NUMA))
		printf(" NODE Affinity");
	putchar('\n');
}

static void print_extras(const struct listing *listing, const struct xen_domctl_getdomaininfo *info)
{
	struct invocation *invocation = listing->invocation;
	bool verbose = invocation_option(invocation, OPTION_VERBOSE);
	char uuid[UUID_STR_LEN], *pool;

	if (verbose) {
		uuid_unparse_lower(info->handle, uuid);
		printf(" %s", uuid);
		print_reason(info);
	}
	if (verbose || invocation_option(invocation, OPTION_CONTEXT))
		printf(" %16s", "-");
	if (invocation_option(invocation, OPTION_POOL)) {
		pool = pool_name(listing->store, info->cpupool);
		printf("%16s", pool);
		free(pool);
	}
	if (invocation_option(invocation, OPTION_NUMA))
		printf(" all");
}

static void print_row(const struct listing *listing, const struct xen_domctl_getdomaininfo *info)
{
	char *name = domain_name(listing->store, info->domain);
	char state[DOMAIN_STATE_BYTES];

	domain_state_format(info, state);
	printf("%-40s %5u %5llu %5u     %s  %8.1f", name ? name : "(null)", info->domain,
	       (unsigned long long)memory_mib(info), info->nr_online_vcpus, state,
	       (double)info->cpu_time / 1e9);
	print_extras(listing, info);
	putchar('\n');
	free(name);
}

static json_t *describe_row(const struct listing *listing,
			    const struct xen_domctl_getdomaininfo *info)
{
	char *name = domain_name(listing->store, info->domain);
	char *pool = pool_name(listing->store, info->cpupool);
	char state[DOMAIN_STATE_BYTES], uuid[UUID_STR_LEN];
	json_t *row;

	domain_state_format(info, state);
	uuid_unparse_lower(info->handle, uuid);
	row = json_pack("{s:s?, s:i, s:s, s:I, s:I, s:i, s:s, s:f, s:s}", "name", name, "domid",
			(int)info->domain, "uuid", uuid, "memory_mib", (json_int_t)memory_mib(info),
			"max_memory_kib", (json_int_t)(info->max_pages * 4), "vcpus",
			(int)info->nr_online_vcpus, "state", state, "cpu_seconds",
			(double)info->cpu_time / 1e9, "cpupool", pool);
	if (info->flags & XEN_DOMINF_shutdown)
		json_object_set_new(row, "shutdown_reason",
				    json_integer(info->flags >> XEN_DOMINF_shutdownshift &
						 XEN_DOMINF_shutdownmask));
	free(pool);
	free(name);
	return row;
}

static void print_names(const struct listing *listing)
{
	for (uint32_t n = 0; n < listing->count; n++) {
		char *name = domain_name(listing->store, listing->domains[n].domain);

		if (name)
			puts(name);
		free(name);
	}
}

static void print_rows(const struct listing *listing)
{
	json_t *array = json_array();

	for (uint32_t n = 0; n < listing->count; n++)
		json_array_append_new(array, describe_row(listing, &listing->domains[n]));
	json_dumpf(array, stdout, JSON_INDENT(4));
	putchar('\n');
	json_decref(array);
}

/* One domain that was asked for is an array of one all the same, as xl has it. */
static int print_configs(const struct listing *listing)
{
	struct domain_config_sources sources;
	json_t *array;

	if (domain_config_init(&sources, listing->ctl, listing->store))
		return invocation_fail_errno(listing->invocation, "asking for the topology",
					     "the hypervisor");
	array = json_array();
	for (uint32_t n = 0; n < listing->count; n++) {
		const struct xen_domctl_getdomaininfo *info = &listing->domains[n];

		json_array_append_new(array,
				      json_pack("{s:i, s:o}", "domid", (int)info->domain, "config",
						domain_config_describe(&sources, info)));
	}
	json_text_print(array, stdout);
	putchar('\n');
	json_decref(array);
	domain_config_fini(&sources);
	return 0;
}

static int print_listing(const struct listing *listing)
{
	struct invocation *invocation = listing->invocation;

	if (invocation_option(invocation, OPTION_NAMES)) {
		print_names(listing);
		return 0;
	}
	if (invocation_option(invocation, OPTION_LONG))
		return print_configs(listing);
	if (invocation->json) {
		print_rows(listing);
		return 0;
	}
	print_header(listing);
	for (uint32_t n = 0; n < listing->count; n++)
		print_row(listing, &listing->domains[n]);
	return 0;
}

static int find_some(struct listing *listing)
{
	struct invocation *invocation = listing->invocation;

	listing->domains = alloc_zeroed((size_t)invocation->argc, sizeof(*listing->domains));
	for (int n = 0; n < invocation->argc; n++) {
		uint32_t domid;

		if (invocation_find_domain(invocation, invocation->argv[n], &domid))
			return -1;
		if (ctl_domain_info(listing->ctl, domid, &listing->domains[listing->count++]))
			return invocation_fail_errno(invocation, "listing domains",
						     invocation->argv[n]);
	}
	return 0;
}

static int run_list(struct invocation *invocation)
{
	struct listing listing = {.invocation = invocation};
	int ret = 0;

	if (invocation_open_ctl(invocation, &listing.ctl))
		return -1;
	/* The hypervisor's part is worth seeing without a store as well. */
	if (invocation_open_store(invocation, &listing.store))
		invocation->failure.code = FAILURE_NONE;
	if (invocation->argc)
		ret = find_some(&listing);
	else if (ctl_domain_list_all(listing.ctl, &listing.domains, &listing.count))
		ret = invocation_fail_errno(invocation, "listing domains", "all");
	if (!ret)
		ret = print_listing(&listing);
	free(listing.domains);
	return ret;
}

COMMAND(list) = {
	.name = "list",
	.aliases = {"ls"},
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_JSON,
	.operands = "[DOMAIN...]",
	.most = -1,
	.summary = "list domains",
	.description =
		"States: r runs on a CPU, b waits, p is paused, s has shut down, c has crashed, d "
		"is dying.",
	.options = options,
	.run = run_list,
};
