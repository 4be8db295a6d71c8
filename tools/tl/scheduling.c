/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sched-credit: weights and caps of domains, parameters of pools.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "libctl/ctl.h"
#include "libdom/domain.h"
#include "libdom/pool.h"
#include "tl/command.h"

enum {
	OPTION_DOMAIN,
	OPTION_WEIGHT,
	OPTION_CAP,
	OPTION_SCHEDULE,
	OPTION_SLICE,
	OPTION_RATE_LIMIT,
	OPTION_MIGRATION,
	OPTION_POOL,
};

static const struct command_option options[] = {
	[OPTION_DOMAIN] = {'d', "domain", "DOMAIN", "of this domain"},
	[OPTION_WEIGHT] = {'w', "weight", "WEIGHT", "its share beside others', 1 to 65535"},
	[OPTION_CAP] = {'c', "cap", "PERCENT", "at most so much of a CPU; 0: no limit"},
	[OPTION_SCHEDULE] = {'s', "schedparam", NULL, "the pool's parameters only"},
	[OPTION_SLICE] = {'t', "tslice_ms", "MS", "the pool's time slice, 1 to 1000"},
	[OPTION_RATE_LIMIT] = {'r', "ratelimit_us", "US", "run at least so long; 0: off"},
	[OPTION_MIGRATION] = {'m', "migration_delay_us", "US", "stay on a CPU at least so long"},
	[OPTION_POOL] = {'p', "cpupool", "POOL", "of this CPU pool only"},
	{0, NULL, NULL, NULL},
};

struct credit_work {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store;
	json_t *array; /* NULL: columns */
};

static int read_domain(struct ctl *ctl, uint32_t domid, struct xen_domctl_scheduler_op *op)
{
	*op = (struct xen_domctl_scheduler_op){.sched_id = XEN_SCHEDULER_CREDIT,
					       .cmd = XEN_DOMCTL_SCHEDOP_getinfo};
	return ctl_scheduler_domain(ctl, domid, op);
}

static int read_pool(struct ctl *ctl, uint32_t pool, struct xen_sysctl_scheduler_op *op)
{
	*op = (struct xen_sysctl_scheduler_op){.cpupool_id = pool,
					       .sched_id = XEN_SCHEDULER_CREDIT,
					       .cmd = XEN_SYSCTL_SCHEDOP_getinfo};
	return ctl_scheduler_pool(ctl, op);
}

static int show_domain(struct credit_work *work, uint32_t domid)
{
	struct xen_domctl_scheduler_op op;
	char *name;

	if (read_domain(work->ctl, domid, &op))
		return -1;
	name = domain_name(work->store, domid);
	if (work->array)
		json_array_append_new(work->array,
				      json_pack("{s:s?, s:i, s:i, s:i}", "name", name, "domid",
						(int)domid, "weight", (int)op.u.credit.weight,
						"cap", (int)op.u.credit.cap));
	else
		printf("%-33s %4u %6u %4u\n", name ? name : "(null)", domid, op.u.credit.weight,
		       op.u.credit.cap);
	free(name);
	return 0;
}

static void print_domain_header(const struct credit_work *work)
{
	if (!work->array)
		printf("%-33s %4s %6s %4s\n", "Name", "ID", "Weight", "Cap");
}

static int adjust_domain(struct credit_work *work, uint32_t domid)
{
	struct invocation *invocation = work->invocation;
	struct xen_domctl_scheduler_op op;
	int64_t weight, cap;

	if (read_domain(work->ctl, domid, &op))
		return invocation_fail_errno(invocation, "reading weight and cap",
					     invocation_value(invocation, OPTION_DOMAIN));
	if (invocation_number(invocation, OPTION_WEIGHT, 1, 65535, op.u.credit.weight, &weight) ||
	    invocation_number(invocation, OPTION_CAP, 0, 65535, op.u.credit.cap, &cap))
		return -1;
	op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
	op.u.credit.weight = (uint16_t)weight;
	op.u.credit.cap = (uint16_t)cap;
	if (ctl_scheduler_domain(work->ctl, domid, &op))
		return invocation_fail_errno(invocation, "setting weight and cap",
					     invocation_value(invocation, OPTION_DOMAIN));
	return 0;
}

static int run_on_domain(struct credit_work *work)
{
	struct invocation *invocation = work->invocation;
	const char *text = invocation_value(invocation, OPTION_DOMAIN);
	uint32_t domid;

	if (invocation_find_domain(invocation, text, &domid))
		return -1;
	if (invocation_option(invocation, OPTION_WEIGHT) ||
	    invocation_option(invocation, OPTION_CAP))
		return adjust_domain(work, domid);
	print_domain_header(work);
	if (show_domain(work, domid))
		return invocation_fail_errno(invocation, "reading weight and cap", text);
	return 0;
}

static int adjust_pool(struct credit_work *work, uint32_t pool)
{
	struct invocation *invocation = work->invocation;
	struct xen_sysctl_scheduler_op op;
	int64_t slice, limit, delay;

	if (read_pool(work->ctl, pool, &op))
		return invocation_fail_errno(invocation, "reading the parameters", "the pool");
	if (invocation_number(invocation, OPTION_SLICE, XEN_SYSCTL_CSCHED_TSLICE_MIN,
			      XEN_SYSCTL_CSCHED_TSLICE_MAX, op.u.sched_credit.tslice_ms, &slice) ||
	    invocation_number(invocation, OPTION_RATE_LIMIT, 0, XEN_SYSCTL_SCHED_RATELIMIT_MAX,
			      op.u.sched_credit.ratelimit_us, &limit) ||
	    invocation_number(invocation, OPTION_MIGRATION, 0, XEN_SYSCTL_CSCHED_MGR_DLY_MAX_US,
			      op.u.sched_credit.vcpu_migr_delay_us, &delay))
		return -1;
	op.cmd = XEN_SYSCTL_SCHEDOP_putinfo;
	op.u.sched_credit.tslice_ms = (unsigned int)slice;
	op.u.sched_credit.ratelimit_us = (unsigned int)limit;
	op.u.sched_credit.vcpu_migr_delay_us = (unsigned int)delay;
	if (ctl_scheduler_pool(work->ctl, &op))
		return invocation_fail_errno(invocation, "setting the parameters", "the pool");
	return 0;
}

static void show_pool(struct credit_work *work, const struct ctl_pool *pool)
{
	struct xen_sysctl_scheduler_op op;
	char *name = pool_name(work->store, pool->id);

	if (read_pool(work->ctl, pool->id, &op))
		printf("Cpupool %s: [sched params unavailable]\n", name);
	else if (work->array)
		json_array_append_new(work->array,
				      json_pack("{s:s, s:i, s:i, s:i}", "cpupool", name,
						"tslice_ms", (int)op.u.sched_credit.tslice_ms,
						"ratelimit_us", (int)op.u.sched_credit.ratelimit_us,
						"migration_delay_us",
						(int)op.u.sched_credit.vcpu_migr_delay_us));
	else
		printf("Cpupool %s: tslice=%ums ratelimit=%uus migration-delay=%uus\n", name,
		       op.u.sched_credit.tslice_ms, op.u.sched_credit.ratelimit_us,
		       op.u.sched_credit.vcpu_migr_delay_us);
	free(name);
}

static int show_pool_domains(struct credit_work *work, uint32_t pool)
{
	struct xen_domctl_getdomaininfo *domains;
	uint32_t count;
	int ret = 0;

	if (ctl_domain_list_all(work->ctl, &domains, &count))
		return -1;
	print_domain_header(work);
	for (uint32_t n = 0; n < count; n++)
		if (domains[n].cpupool == pool && show_domain(work, domains[n].domain) &&
		    errno != ESRCH)
			ret = -1;
	free(domains);
	return ret;
}

/* All pools of this policy, or the one that was named. */
static int show_pools(struct credit_work *work, uint32_t only)
{
	struct invocation *invocation = work->invocation;
	struct ctl_pool pool = {0};

	for (uint32_t id = 0; !ctl_pool_info(work->ctl, id, &pool); id = pool.id + 1) {
		if (pool.scheduler != XEN_SCHEDULER_CREDIT ||
		    (only != UINT32_MAX && pool.id != only))
			continue;
		if (!work->array || invocation_option(invocation, OPTION_SCHEDULE))
			show_pool(work, &pool);
		if (!invocation_option(invocation, OPTION_SCHEDULE) &&
		    show_pool_domains(work, pool.id))
			return invocation_fail_errno(invocation, "reading weights", "a domain");
	}
	return 0;
}

static int run_on_pools(struct credit_work *work)
{
	struct invocation *invocation = work->invocation;
	const char *name = invocation_value(invocation, OPTION_POOL);
	bool changes = invocation_option(invocation, OPTION_SLICE) ||
		       invocation_option(invocation, OPTION_RATE_LIMIT) ||
		       invocation_option(invocation, OPTION_MIGRATION);
	uint32_t pool = UINT32_MAX;

	if (invocation_option(invocation, OPTION_WEIGHT) ||
	    invocation_option(invocation, OPTION_CAP))
		return invocation_refuse(invocation, "-w, -c",
					 "these are of a domain: name it by -d");
	if ((name || changes) &&
	    pool_find(work->ctl, work->store, name, &pool, &invocation->failure))
		return -1;
	return changes ? adjust_pool(work, pool) : show_pools(work, pool);
}

static int run_credit(struct invocation *invocation)
{
	struct credit_work work = {.invocation = invocation};
	int ret;

	if (invocation_open_ctl(invocation, &work.ctl))
		return -1;
	if (invocation_open_store(invocation, &work.store))
		invocation->failure.code = FAILURE_NONE;
	if (invocation->json)
		work.array = json_array();
	ret = invocation_option(invocation, OPTION_DOMAIN) ? run_on_domain(&work)
							   : run_on_pools(&work);
	if (work.array && !ret) {
		json_dumpf(work.array, stdout, JSON_INDENT(4));
		putchar('\n');
	}
	json_decref(work.array);
	return ret;
}

COMMAND(sched_credit) = {
	.name = "sched-credit",
	.group = COMMAND_GROUP_SCHEDULER,
	.flags = COMMAND_SHORT | COMMAND_JSON | COMMAND_CHANGES,
	.operands = "",
	.summary = "show or set weights, caps and parameters of the credit policy",
	.options = options,
	.run = run_credit,
};
