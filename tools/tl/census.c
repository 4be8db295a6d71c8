/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short listings of domains: vm-list, uptime, sharing, claims.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uuid/uuid.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "libdom/domain.h"
#include "tl/command.h"
#include "tl/domain_state.h"

#define NAME_NONE "(null)"

struct census {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store;
	struct xen_domctl_getdomaininfo *domains;
	uint32_t count;
	json_t *array; /* NULL: columns */
};

typedef int (*census_row)(struct census *census, const struct xen_domctl_getdomaininfo *info,
			  const char *name);

static int select_named(struct census *census)
{
	struct invocation *invocation = census->invocation;
	uint32_t domid;

	census->domains = alloc_zeroed((size_t)invocation->argc, sizeof(*census->domains));
	for (int n = 0; n < invocation->argc; n++) {
		if (invocation_find_domain(invocation, invocation->argv[n], &domid))
			return -1;
		if (ctl_domain_info(census->ctl, domid, &census->domains[census->count++]))
			return invocation_fail_errno(invocation, "listing domains",
						     invocation->argv[n]);
	}
	return 0;
}

static int select_domains(struct census *census)
{
	struct invocation *invocation = census->invocation;

	if (invocation_open_ctl(invocation, &census->ctl))
		return -1;
	if (invocation_open_store(invocation, &census->store))
		invocation->failure.code = FAILURE_NONE;
	if (invocation->argc)
		return select_named(census);
	if (ctl_domain_list_all(census->ctl, &census->domains, &census->count))
		return invocation_fail_errno(invocation, "listing domains", "all");
	return 0;
}

static int run_census(struct invocation *invocation, const char *header, census_row row)
{
	struct census census = {.invocation = invocation};
	int ret = select_domains(&census);

	if (!ret && invocation->json)
		census.array = json_array();
	else if (!ret && header)
		puts(header);
	for (uint32_t n = 0; !ret && n < census.count; n++) {
		char *name = domain_name(census.store, census.domains[n].domain);

		ret = row(&census, &census.domains[n], name);
		free(name);
	}
	if (!ret && census.array) {
		json_dumpf(census.array, stdout, JSON_INDENT(4));
		putchar('\n');
	}
	json_decref(census.array);
	free(census.domains);
	return ret;
}

static int show_uuid(struct census *census, const struct xen_domctl_getdomaininfo *info,
		     const char *name)
{
	char uuid[UUID_STR_LEN];

	uuid_unparse_lower(info->handle, uuid);
	if (census->array)
		json_array_append_new(census->array,
				      json_pack("{s:s, s:i, s:s?}", "uuid", uuid, "domid",
						(int)info->domain, "name", name));
	else
		printf("%s  %d    %-30s\n", uuid, info->domain, name ? name : NAME_NONE);
	return 0;
}

static int run_vm_list(struct invocation *invocation)
{
	return run_census(invocation, "UUID                                  ID    name",
			  show_uuid);
}

COMMAND(vm_list) = {
	.name = "vm-list",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_JSON,
	.operands = "",
	.summary = "list UUIDs, numbers and names",
	.run = run_vm_list,
};

enum { OPTION_SHORT };

static const struct command_option uptime_options[] = {
	[OPTION_SHORT] = {'s', "short", NULL, "one line a domain, the time of day first"},
	{0, NULL, NULL, NULL},
};

/* dom0's is the machine's; a guest's begins when it was made. */
static int read_uptime(const struct census *census, uint32_t domid, int64_t *seconds)
{
	struct timespec now;
	char *vm, *start;

	if (!domid) {
		if (clock_gettime(CLOCK_BOOTTIME, &now))
			return -1;
		*seconds = now.tv_sec;
		return 0;
	}
	vm = store_read(census->store, "/local/domain/%u/vm", domid);
	start = vm ? store_read(census->store, "%s/start_time", vm) : NULL;
	*seconds = start ? (int64_t)time(NULL) - strtoll(start, NULL, 10) : 0;
	free(vm);
	free(start);
	return start ? 0 : -1;
}

static void format_uptime(int64_t seconds, bool is_short, char *text, size_t bytes)
{
	int64_t days = seconds / 86400, hours = seconds / 3600 % 24, minutes = seconds / 60 % 60;
	char first[40] = "";

	if (days)
		snprintf(first, sizeof(first), "%lld day%s, ", (long long)days,
			 days > 1 ? "s" : "");
	if (is_short)
		snprintf(text, bytes, "%s%2lld:%02lld", first, (long long)hours,
			 (long long)minutes);
	else
		snprintf(text, bytes, "%s%2lld:%02lld:%02lld", first, (long long)hours,
			 (long long)minutes, (long long)seconds % 60);
}

static void print_uptime(bool is_short, const char *name, uint32_t domid, int64_t seconds)
{
	time_t now = time(NULL);
	char text[64], clock[16];
	struct tm day;

	format_uptime(seconds, is_short, text, sizeof(text));
	if (!is_short) {
		printf("%-33s %4u %s\n", name, domid, text);
		return;
	}
	localtime_r(&now, &day);
	strftime(clock, sizeof(clock), "%H:%M:%S", &day);
	printf(" %s up %s, %s (%u)\n", clock, text, name, domid);
}

static int show_uptime(struct census *census, const struct xen_domctl_getdomaininfo *info,
		       const char *name)
{
	bool is_short = invocation_option(census->invocation, OPTION_SHORT);
	int64_t seconds;

	if (!census->store && info->domain)
		return failure_set(&census->invocation->failure, FAILURE_REFUSED, "reading uptimes",
				   "guests", "no xenstored answers", "start it");
	if (read_uptime(census, info->domain, &seconds))
		return 0;
	if (census->array)
		json_array_append_new(census->array,
				      json_pack("{s:s?, s:i, s:I}", "name", name, "domid",
						(int)info->domain, "uptime_seconds",
						(json_int_t)seconds));
	else
		print_uptime(is_short, name ? name : NAME_NONE, info->domain, seconds);
	return 0;
}

static int run_uptime(struct invocation *invocation)
{
	bool is_short = invocation_option(invocation, OPTION_SHORT);

	return run_census(invocation,
			  is_short ? NULL : "Name                                ID Uptime",
			  show_uptime);
}

COMMAND(uptime) = {
	.name = "uptime",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_JSON,
	.operands = "[DOMAIN...]",
	.most = -1,
	.summary = "tell for how long domains have been there",
	.options = uptime_options,
	.run = run_uptime,
};

static unsigned long long memory_mib(const struct xen_domctl_getdomaininfo *info)
{
	return (unsigned long long)(info->tot_pages + info->outstanding_pages) / 256;
}

static int show_sharing(struct census *census, const struct xen_domctl_getdomaininfo *info,
			const char *name)
{
	unsigned long long shared = (unsigned long long)info->shr_pages / 256;

	if (census->array)
		json_array_append_new(census->array,
				      json_pack("{s:s?, s:i, s:I, s:I}", "name", name, "domid",
						(int)info->domain, "memory_mib",
						(json_int_t)memory_mib(info), "shared_mib",
						(json_int_t)shared));
	else
		printf("%-40s %5u %5llu  %5llu\n", name ? name : NAME_NONE, info->domain,
		       memory_mib(info), shared);
	return 0;
}

static int run_sharing(struct invocation *invocation)
{
	return run_census(invocation, "Name                                        ID   Mem Shared",
			  show_sharing);
}

COMMAND(sharing) = {
	.name = "sharing",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_JSON,
	.operands = "[DOMAIN...]",
	.most = -1,
	.summary = "tell how many pages domains share; none do here",
	.run = run_sharing,
};

static void print_claim(const struct xen_domctl_getdomaininfo *info, const char *name,
			unsigned long long claimed)
{
	char state[DOMAIN_STATE_BYTES];

	domain_state_format(info, state);
	printf("%-40s %5u %5llu %5u     %s  %8.1f %5llu\n", name ? name : NAME_NONE, info->domain,
	       memory_mib(info), info->nr_online_vcpus, state, (double)info->cpu_time / 1e9,
	       claimed);
}

static int show_claim(struct census *census, const struct xen_domctl_getdomaininfo *info,
		      const char *name)
{
	unsigned long long claimed = (unsigned long long)info->outstanding_pages / 256;

	if (census->array)
		json_array_append_new(census->array,
				      json_pack("{s:s?, s:i, s:I, s:I}", "name", name, "domid",
						(int)info->domain, "memory_mib",
						(json_int_t)memory_mib(info), "claimed_mib",
						(json_int_t)claimed));
	else
		print_claim(info, name, claimed);
	return 0;
}

static int run_claims(struct invocation *invocation)
{
	return run_census(
		invocation,
		"Name                                        ID   Mem VCPUs\tState\tTime(s)  "
		"Claimed",
		show_claim);
}

COMMAND(claims) = {
	.name = "claims",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_JSON,
	.operands = "",
	.summary = "tell which memory is claimed for guests that are being created",
	.run = run_claims,
};
