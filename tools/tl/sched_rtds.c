/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sched-rtds: period, budget and extra time of vcpus. Each -v begins another vcpu, what follows is
 * for that one.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "libdom/domain.h"
#include "libdom/pool.h"
#include "tl/command.h"

enum {
	OPTION_DOMAIN,
	OPTION_VCPU,
	OPTION_PERIOD,
	OPTION_BUDGET,
	OPTION_EXTRA,
	OPTION_POOL,
};

static const struct command_option options[] = {
	[OPTION_DOMAIN] = {'d', "domain", "DOMAIN", "of this domain"},
	[OPTION_VCPU] = {'v', "vcpuid", "VCPU|all", "of this vcpu; may be given again"},
	[OPTION_PERIOD] = {'p', "period", "US", "its budget is filled each so many microseconds"},
	[OPTION_BUDGET] = {'b', "budget", "US", "it runs so many microseconds in each period"},
	[OPTION_EXTRA] = {'e', "extratime", "0|1", "whether it gets time that is left over"},
	[OPTION_POOL] = {'c', "cpupool", "POOL", "of this CPU pool only"},
	{0, NULL, NULL, NULL},
};

struct rtds_work {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store;
	json_t *array; /* NULL: columns */
	bool by_vcpu, has_header;
};

static bool wants_vcpu(const struct invocation *invocation, uint32_t vcpu)
{
	for (unsigned int n = 0; n < invocation->nr_given; n++) {
		const struct command_given *given = &invocation->given[n];
		int64_t number;

		if (given->option == OPTION_VCPU &&
		    (!strcmp(given->value, "all") ||
		     (command_parse_number(given->value, 0, UINT16_MAX, &number) &&
		      number == vcpu)))
			return true;
	}
	return false;
}

static int call_vcpu(struct ctl *ctl, uint32_t domid, uint32_t cmd,
		     struct xen_domctl_schedparam_vcpu *parameter)
{
	struct xen_domctl_schedparam_vcpu *bounce = ctl_buffer_alloc(ctl, sizeof(*bounce));
	struct xen_domctl_scheduler_op op = {.sched_id = XEN_SCHEDULER_RTDS, .cmd = cmd};
	int ret, error;

	if (!bounce)
		return -1;
	*bounce = *parameter;
	op.u.v.vcpus.p = bounce;
	op.u.v.nr_vcpus = 1;
	ret = ctl_scheduler_domain(ctl, domid, &op);
	error = errno;
	*parameter = *bounce;
	ctl_buffer_free(ctl, bounce);
	errno = error;
	return ret;
}

static void show_header(struct rtds_work *work)
{
	if (work->has_header || work->array)
		return;
	work->has_header = true;
	printf("%-33s %4s ", "Name", "ID");
	if (work->by_vcpu)
		printf("%4s ", "VCPU");
	printf("%9s %9s %10s\n", "Period", "Budget", "Extratime");
}

/* vcpu UINT32_MAX: the domain's own. */
static void show_row(struct rtds_work *work, uint32_t domid, uint32_t vcpu,
		     const struct xen_domctl_sched_rtds *rtds)
{
	bool has_extra = rtds->flags & XEN_DOMCTL_SCHEDRT_extra;
	char *name = domain_name(work->store, domid);
	json_t *row;

	show_header(work);
	if (work->array) {
		row = json_pack("{s:s?, s:i, s:I, s:I, s:b}", "name", name, "domid", (int)domid,
				"period_us", (json_int_t)rtds->period, "budget_us",
				(json_int_t)rtds->budget, "extratime", has_extra);
		if (vcpu != UINT32_MAX)
			json_object_set_new(row, "vcpu", json_integer(vcpu));
		json_array_append_new(work->array, row);
	} else {
		printf("%-33s %4u ", name ? name : "(null)", domid);
		if (vcpu != UINT32_MAX)
			printf("%4u ", vcpu);
		printf("%9u %9u %10s\n", rtds->period, rtds->budget, has_extra ? "yes" : "no");
	}
	free(name);
}

static int show_vcpus(struct rtds_work *work, const struct xen_domctl_getdomaininfo *info)
{
	for (uint32_t n = 0; n < info->max_vcpu_id + 1; n++) {
		struct xen_domctl_schedparam_vcpu parameter = {.vcpuid = n};

		if (!wants_vcpu(work->invocation, n))
			continue;
		if (call_vcpu(work->ctl, info->domain, XEN_DOMCTL_SCHEDOP_getvcpuinfo, &parameter))
			return -1;
		show_row(work, info->domain, n, &parameter.u.rtds);
	}
	return 0;
}

static int show_domain(struct rtds_work *work, const struct xen_domctl_getdomaininfo *info)
{
	struct xen_domctl_scheduler_op op = {.sched_id = XEN_SCHEDULER_RTDS,
					     .cmd = XEN_DOMCTL_SCHEDOP_getinfo};

	if (work->by_vcpu)
		return show_vcpus(work, info);
	if (ctl_scheduler_domain(work->ctl, info->domain, &op))
		return -1;
	show_row(work, info->domain, UINT32_MAX, &op.u.rtds);
	return 0;
}

static int show_pool(struct rtds_work *work, uint32_t pool)
{
	struct xen_domctl_getdomaininfo *domains;
	char *name = pool_name(work->store, pool);
	uint32_t count;
	int ret = 0;

	if (!work->array)
		printf("Cpupool %s: sched=RTDS\n", name);
	free(name);
	if (ctl_domain_list_all(work->ctl, &domains, &count))
		return invocation_fail_errno(work->invocation, "listing domains", "all");
	work->has_header = false;
	for (uint32_t n = 0; !ret && n < count; n++)
		if (domains[n].cpupool == pool && show_domain(work, &domains[n]) && errno != ESRCH)
			ret = invocation_fail_errno(work->invocation, "reading parameters",
						    "a domain");
	free(domains);
	return ret;
}

static int show_pools(struct rtds_work *work)
{
	const char *only = invocation_value(work->invocation, OPTION_POOL);
	struct ctl_pool *pool = alloc_zeroed(1, sizeof(*pool));
	uint32_t id = 0;
	int ret = 0;

	if (only && pool_find(work->ctl, work->store, only, &id, &work->invocation->failure))
		ret = -1;
	for (uint32_t next = 0; !ret && !ctl_pool_info(work->ctl, next, pool); next = pool->id + 1)
		if (pool->scheduler == XEN_SCHEDULER_RTDS && (!only || pool->id == id))
			ret = show_pool(work, pool->id);
	free(pool);
	return ret;
}

/* What is asked for one vcpu, or for the domain. */
struct rtds_wish {
	int64_t period, budget, extra; /* -1: as it is */
};

static void apply_wish(const struct rtds_wish *wish, struct xen_domctl_sched_rtds *rtds)
{
	if (wish->period >= 0)
		rtds->period = (uint32_t)wish->period;
	if (wish->budget >= 0)
		rtds->budget = (uint32_t)wish->budget;
	if (wish->extra >= 0)
		rtds->flags = wish->extra ? XEN_DOMCTL_SCHEDRT_extra : 0;
}

static int set_vcpu(struct rtds_work *work, uint32_t domid, uint32_t vcpu,
		    const struct rtds_wish *wish)
{
	struct xen_domctl_schedparam_vcpu parameter = {.vcpuid = vcpu};

	if (!call_vcpu(work->ctl, domid, XEN_DOMCTL_SCHEDOP_getvcpuinfo, &parameter)) {
		apply_wish(wish, &parameter.u.rtds);
		if (!call_vcpu(work->ctl, domid, XEN_DOMCTL_SCHEDOP_putvcpuinfo, &parameter))
			return 0;
	}
	return invocation_fail_errno(work->invocation, "setting parameters of a vcpu",
				     invocation_value(work->invocation, OPTION_DOMAIN));
}

static int set_domain(struct rtds_work *work, uint32_t domid, const struct rtds_wish *wish)
{
	struct xen_domctl_scheduler_op op = {.sched_id = XEN_SCHEDULER_RTDS,
					     .cmd = XEN_DOMCTL_SCHEDOP_getinfo};

	if (!ctl_scheduler_domain(work->ctl, domid, &op)) {
		apply_wish(wish, &op.u.rtds);
		op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
		if (!ctl_scheduler_domain(work->ctl, domid, &op))
			return 0;
	}
	return invocation_fail_errno(work->invocation, "setting parameters",
				     invocation_value(work->invocation, OPTION_DOMAIN));
}

/* vcpu NULL: the options before the first -v, which are the domain's. */
static int set_named(struct rtds_work *work, const struct xen_domctl_getdomaininfo *info,
		     const char *vcpu, const struct rtds_wish *wish)
{
	int64_t first = 0, last = (int64_t)(uint32_t)(info->max_vcpu_id + 1) - 1;

	if (wish->period < 0 && wish->budget < 0 && wish->extra < 0)
		return 0;
	if (!vcpu)
		return set_domain(work, info->domain, wish);
	if (strcmp(vcpu, "all")) {
		if (!command_parse_number(vcpu, 0, last, &first))
			return invocation_refuse(work->invocation, vcpu, "there is no such vcpu");
		last = first;
	}
	for (int64_t n = first; n <= last; n++)
		if (set_vcpu(work, info->domain, (uint32_t)n, wish))
			return -1;
	return 0;
}

static int64_t *wish_member(struct rtds_wish *wish, unsigned int option, int64_t *most)
{
	*most = option == OPTION_EXTRA ? 1 : UINT32_MAX;
	return option == OPTION_PERIOD	 ? &wish->period
	       : option == OPTION_BUDGET ? &wish->budget
	       : option == OPTION_EXTRA	 ? &wish->extra
					 : NULL;
}

static int set_all(struct rtds_work *work, const struct xen_domctl_getdomaininfo *info)
{
	struct invocation *invocation = work->invocation;
	struct rtds_wish wish = {-1, -1, -1};
	const char *vcpu = NULL;

	for (unsigned int n = 0; n < invocation->nr_given; n++) {
		const struct command_given *given = &invocation->given[n];
		int64_t most, *member = wish_member(&wish, given->option, &most);

		if (member && !command_parse_number(given->value, 0, most, member))
			return invocation_refuse(invocation, given->value,
						 "this is no number that fits");
		if (given->option != OPTION_VCPU)
			continue;
		if (set_named(work, info, vcpu, &wish))
			return -1;
		vcpu = given->value;
		wish = (struct rtds_wish){-1, -1, -1};
	}
	return set_named(work, info, vcpu, &wish);
}

static int run_on_domain(struct rtds_work *work, bool changes)
{
	struct invocation *invocation = work->invocation;
	const char *text = invocation_value(invocation, OPTION_DOMAIN);
	struct xen_domctl_getdomaininfo info;
	uint32_t domid;

	if (invocation_find_domain(invocation, text, &domid))
		return -1;
	if (ctl_domain_info(work->ctl, domid, &info))
		return invocation_fail_errno(invocation, "asking for the domain", text);
	if (changes)
		return set_all(work, &info);
	if (show_domain(work, &info))
		return invocation_fail_errno(invocation, "reading parameters", text);
	return 0;
}

static int check_options(struct invocation *invocation, bool changes)
{
	bool has_domain = invocation_option(invocation, OPTION_DOMAIN);

	if (has_domain && invocation_option(invocation, OPTION_POOL))
		return invocation_refuse(invocation, "-d, -c", "choose one of them");
	if (changes && !has_domain)
		return invocation_refuse(invocation, "-p, -b, -e", "name the domain by -d");
	return 0;
}

static int run_rtds(struct invocation *invocation)
{
	bool changes = invocation_option(invocation, OPTION_PERIOD) ||
		       invocation_option(invocation, OPTION_BUDGET) ||
		       invocation_option(invocation, OPTION_EXTRA);
	struct rtds_work work = {.invocation = invocation,
				 .by_vcpu = invocation_option(invocation, OPTION_VCPU)};
	int ret;

	if (check_options(invocation, changes) || invocation_open_ctl(invocation, &work.ctl))
		return -1;
	if (invocation_open_store(invocation, &work.store))
		invocation->failure.code = FAILURE_NONE;
	if (invocation->json)
		work.array = json_array();
	ret = invocation_option(invocation, OPTION_DOMAIN) ? run_on_domain(&work, changes)
							   : show_pools(&work);
	if (work.array && !ret) {
		json_dumpf(work.array, stdout, JSON_INDENT(4));
		putchar('\n');
	}
	json_decref(work.array);
	return ret;
}

COMMAND(sched_rtds) = {
	.name = "sched-rtds",
	.group = COMMAND_GROUP_SCHEDULER,
	.flags = COMMAND_JSON | COMMAND_CHANGES,
	.operands = "",
	.summary = "show or set periods and budgets of the rtds policy",
	.description = "Options before the first -v are the domain's defaults; those behind a -v "
		       "are that vcpu's.",
	.options = options,
	.run = run_rtds,
};
