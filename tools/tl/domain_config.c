/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The saved plan, or libxenlight's copy of another tool's, or what is known of any domain; then the
 * facts of now over it, in the places that libxenlight has them.
 */
#include "tl/domain_config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "libdom/alloc.h"
#include "libdom/domain.h"
#include "libdom/pool.h"
#include "libdom/runtime.h"
#include "libdom/userdata.h"

int domain_config_init(struct domain_config_sources *sources, struct ctl *ctl, struct store *store)
{
	struct xen_sysctl_cputopo *list;
	uint32_t *nodes, count;

	if (ctl_topology(ctl, &list, &count))
		return -1;
	nodes = alloc_zeroed(count, sizeof(*nodes));
	for (uint32_t n = 0; n < count; n++)
		nodes[n] = list[n].node;
	free(list);
	*sources = (struct domain_config_sources){ctl, store, {count, nodes}};
	return 0;
}

void domain_config_fini(struct domain_config_sources *sources)
{
	free((void *)sources->machine.nodes);
}

static json_t *describe_unknown(const struct xen_domctl_getdomaininfo *info, const char *uuid)
{
	bool is_hvm = info->flags & XEN_DOMINF_hvm_guest;
	json_t *config = json_pack("{s:{s:s, s:s}, s:{s:I, s:I, s:{}, s:{}, s:{}, s:{}}}", "c_info",
				   "type", is_hvm ? "hvm" : "pv", "name", "", "b_info", "max_memkb",
				   (json_int_t)(info->max_pages * 4), "target_memkb",
				   (json_int_t)(info->tot_pages * 4), "sched_params",
				   is_hvm ? "type.hvm" : "type.pv", "arch_arm", "arch_x86");

	if (info->domain)
		json_object_set_new(json_object_get(config, "c_info"), "uuid", json_string(uuid));
	return config;
}

static json_t *find_config(const struct domain_config_sources *sources,
			   const struct xen_domctl_getdomaininfo *info)
{
	struct failure ignored = {0};
	struct runtime_state state;
	char uuid[UUID_STR_LEN];
	json_t *config;

	uuid_unparse_lower(info->handle, uuid);
	if (!info->domain || runtime_read_state(info->domain, &state, &ignored)) {
		config = info->domain ? userdata_read(info->domain, uuid) : NULL;
		return config ? config : describe_unknown(info, uuid);
	}
	config = plan_describe(&state.plan, PLAN_FORM_MADE, &sources->machine);
	plan_free(&state.plan);
	return config;
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

/* The store's, in KiB. */
static void set_memory(json_t *info, struct store *store, uint32_t domid)
{
	uint64_t kib;

	if (!store)
		return;
	if (!store_read_number(store, &kib, "/local/domain/%u/memory/static-max", domid))
		set_number(info, "max_memkb", kib);
	if (!store_read_number(store, &kib, "/local/domain/%u/memory/target", domid))
		set_number(info, "target_memkb", kib);
}

static bool vcpu_is_wanted(struct store *store, uint32_t domid, uint32_t vcpu)
{
	char *text = store_read(store, "/local/domain/%u/cpu/%u/availability", domid, vcpu);
	bool wanted = text && !strcmp(text, "online");

	free(text);
	return wanted;
}

static void set_vcpus(json_t *info, struct store *store,
		      const struct xen_domctl_getdomaininfo *domain)
{
	json_t *list;

	if (!store || !store_has(store, "/local/domain/%u/cpu/0/availability", domain->domain))
		return;
	list = json_array();
	/* One that is being made has no vcpus yet: the highest is -1. */
	for (uint32_t n = 0; n < domain->max_vcpu_id + 1; n++)
		if (vcpu_is_wanted(store, domain->domain, n))
			json_array_append_new(list, json_integer(n));
	json_object_set_new(info, "avail_vcpus", list);
}

static json_t *describe_credit(const struct xen_domctl_scheduler_op *op)
{
	return json_pack("{s:s, s:i, s:i}", "sched", "credit", "weight", (int)op->u.credit.weight,
			 "cap", (int)op->u.credit.cap);
}

static json_t *describe_rtds(const struct xen_domctl_scheduler_op *op)
{
	return json_pack("{s:s, s:I, s:I}", "sched", "rtds", "period",
			 (json_int_t)op->u.rtds.period, "budget", (json_int_t)op->u.rtds.budget);
}

static const struct {
	uint32_t id;
	json_t *(*describe)(const struct xen_domctl_scheduler_op *op);
} schedulers[] = {
	{XEN_SCHEDULER_CREDIT, describe_credit},
	{XEN_SCHEDULER_RTDS, describe_rtds},
};

static void set_scheduling(json_t *info, struct ctl *ctl,
			   const struct xen_domctl_getdomaininfo *domain)
{
	struct xen_domctl_scheduler_op op = {.cmd = XEN_DOMCTL_SCHEDOP_getinfo};
	struct ctl_pool *pool = alloc_zeroed(1, sizeof(*pool));

	if (!ctl_pool_info(ctl, domain->cpupool, pool) && pool->id == domain->cpupool)
		op.sched_id = pool->scheduler;
	free(pool);
	for (size_t n = 0; n < sizeof(schedulers) / sizeof(schedulers[0]); n++)
		if (schedulers[n].id == op.sched_id &&
		    !ctl_scheduler_domain(ctl, domain->domain, &op))
			json_object_set_new(info, "sched_params", schedulers[n].describe(&op));
}

json_t *domain_config_describe(const struct domain_config_sources *sources,
			       const struct xen_domctl_getdomaininfo *info)
{
	json_t *config = find_config(sources, info);
	json_t *creation = json_object_get(config, "c_info");
	json_t *build = json_object_get(config, "b_info");
	char *name = domain_name(sources->store, info->domain);

	if (name && creation)
		json_object_set_new(creation, "name", json_string(name));
	free(name);
	if (!build)
		return config;
	set_memory(build, sources->store, info->domain);
	if (info->domain)
		set_vcpus(build, sources->store, info);
	set_scheduling(build, sources->ctl, info);
	return config;
}
