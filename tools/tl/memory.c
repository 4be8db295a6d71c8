/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mem-set, mem-max: what a guest's balloon driver shall aim at, and what the hypervisor lets it have.
 */
#include <stdio.h>
#include <stdlib.h>

#include "libctl/ctl.h"
#include "libdom/domain.h"
#include "tl/command.h"

/* Room above the target that balloon drivers use for a moment; also xl leaves a MiB. */
#define SLACK_KIB 1024

struct memory_request {
	struct ctl *ctl;
	struct store *store;
	uint32_t domid;
	uint64_t kib;
};

static int open_request(struct invocation *invocation, struct memory_request *request)
{
	if (!command_parse_memory(invocation->argv[1], 'm', &request->kib) || !request->kib)
		return invocation_refuse(invocation, invocation->argv[1],
					 "this is no amount of memory, such as 512, 512m or 2g");
	if (invocation_open_ctl(invocation, &request->ctl) ||
	    invocation_open_store(invocation, &request->store))
		return -1;
	return invocation_find_domain(invocation, invocation->argv[0], &request->domid);
}

static int check_static_maximum(struct invocation *invocation, const struct memory_request *request)
{
	struct xen_domctl_getdomaininfo info;
	uint64_t maximum;
	char cause[128];

	if (store_read_number(request->store, &maximum, "/local/domain/%u/memory/static-max",
			      request->domid)) {
		/* dom0's is known to the hypervisor alone. */
		if (ctl_domain_info(request->ctl, request->domid, &info))
			return invocation_fail_errno(invocation, "asking for the domain",
						     invocation->argv[0]);
		maximum = info.max_pages * 4;
	}
	if (request->kib <= maximum)
		return 0;
	snprintf(cause, sizeof(cause), "more than the %llu KiB that it was made for (maxmem)",
		 (unsigned long long)maximum);
	return failure_set(&invocation->failure, FAILURE_REFUSED, "setting the memory target",
			   invocation->argv[0], cause, "ask for less");
}

static int set_target(struct invocation *invocation, const struct memory_request *request)
{
	struct xen_domctl_getdomaininfo info;
	char text[24];

	if (ctl_domain_info(request->ctl, request->domid, &info))
		return invocation_fail_errno(invocation, "asking for the domain",
					     invocation->argv[0]);
	/* The limit never goes below what it has: the balloon has yet to give that back. dom0's is
	 * the administrator's own. */
	if (request->domid && request->kib + SLACK_KIB > info.max_pages * 4 &&
	    ctl_domain_set_max_memory(request->ctl, request->domid, request->kib + SLACK_KIB))
		return invocation_fail_errno(invocation, "raising the limit", invocation->argv[0]);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)request->kib);
	if (store_write(request->store, text, "/local/domain/%u/memory/target", request->domid))
		return invocation_fail_errno(invocation, "writing the memory target",
					     invocation->argv[0]);
	return 0;
}

static int run_set(struct invocation *invocation)
{
	struct memory_request request;

	if (open_request(invocation, &request) || check_static_maximum(invocation, &request))
		return -1;
	return set_target(invocation, &request);
}

COMMAND(mem_set) = {
	.name = "mem-set",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN MEMORY",
	.least = 2,
	.most = 2,
	.summary = "ask a guest's balloon for an amount of memory",
	.description = "MEMORY is in MiB, or has one of the units b, k, m, g, t.",
	.run = run_set,
};

/* What mem-set asked for last; 0 when that is not known. */
static uint64_t target_kib(const struct memory_request *request)
{
	uint64_t target;

	return store_read_number(request->store, &target, "/local/domain/%u/memory/target",
				 request->domid)
		       ? 0
		       : target;
}

static int run_max(struct invocation *invocation)
{
	struct xen_domctl_getdomaininfo info;
	struct memory_request request;
	char text[24];

	if (open_request(invocation, &request))
		return -1;
	if (ctl_domain_info(request.ctl, request.domid, &info))
		return invocation_fail_errno(invocation, "asking for the domain",
					     invocation->argv[0]);
	if (request.kib < info.tot_pages * 4 || request.kib < target_kib(&request))
		return failure_set(&invocation->failure, FAILURE_REFUSED,
				   "setting the memory limit", invocation->argv[0],
				   "it has, or is asked to take, more than that",
				   "set its target first (mem-set)");
	if (ctl_domain_set_max_memory(request.ctl, request.domid, request.kib + SLACK_KIB))
		return invocation_fail_errno(invocation, "setting the memory limit",
					     invocation->argv[0]);
	/* What mem-set may ask for from now on. */
	snprintf(text, sizeof(text), "%llu", (unsigned long long)request.kib);
	if (store_write(request.store, text, "/local/domain/%u/memory/static-max", request.domid))
		return invocation_fail_errno(invocation, "writing the memory limit",
					     invocation->argv[0]);
	return 0;
}

COMMAND(mem_max) = {
	.name = "mem-max",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN MEMORY",
	.least = 2,
	.most = 2,
	.summary = "limit the memory that a domain may have",
	.run = run_max,
};
