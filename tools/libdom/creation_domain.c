/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The domain in the hypervisor: made, limited, placed on CPUs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <uuid/uuid.h>

#include "libdom/creation.h"
#include "libdom/cpulist.h"
#include "libdom/domain.h"
#include "libdom/policy.h"
#include "libdom/pool.h"

#define SLACK_KIB 1024 /* above the guest's memory, as xl has it */

static int grant_version(struct creation *creation, uint32_t *version)
{
	struct xen_sysctl_physinfo info;

	*version = (uint32_t)creation->plan->max_grant_version;
	if (creation->plan->max_grant_version != PLAN_UNSET)
		return 0;
	if (ctl_physical_info(creation->ctl, &info))
		return creation_fail_errno(creation, "");
	*version = info.capabilities & XEN_SYSCTL_PHYSCAP_gnttab_v2 ? 2 : 1;
	return 0;
}

static int create_at(struct creation *creation, const struct xen_domctl_createdomain *config)
{
	uint16_t number;

	creation->domid = 0;
	if (!creation->request->settings->random_domid)
		return ctl_domain_create(creation->ctl, config, &creation->domid);
	for (int attempt = 0; attempt < 64; attempt++) {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return -1;
		creation->domid = number % (DOMID_FIRST_RESERVED - 1) + 1U;
		if (!ctl_domain_create(creation->ctl, config, &creation->domid))
			return 0;
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

int creation_make_domain(struct creation *creation)
{
	const struct plan *plan = creation->plan;
	struct xen_domctl_createdomain config = {
		.max_vcpus = (uint32_t)plan->max_vcpus,
		.max_evtchn_port = (uint32_t)plan->max_event_channels,
		.max_grant_frames = (int32_t)plan->max_grant_frames,
		.max_maptrack_frames = (int32_t)plan->max_maptrack_frames,
	};
	uint32_t version;

	if (uuid_parse(plan->uuid, config.handle))
		return creation_fail(creation, FAILURE_CONFIGURATION, "its uuid is none", "");
	if (pool_find(creation->ctl, creation->store, plan->pool, &config.cpupool_id,
		      creation->failure) ||
	    grant_version(creation, &version))
		return -1;
	config.grant_opts = XEN_DOMCTL_GRANT_version(version);
	if (create_at(creation, &config)) {
		creation->domid = 0;
		return creation_fail_errno(creation, "");
	}
	return 0;
}

static int set_time(struct creation *creation)
{
	const struct plan *plan = creation->plan;
	int64_t offset = plan->rtc_offset;
	time_t now = time(NULL);
	struct tm local;

	if (plan->localtime && localtime_r(&now, &local))
		offset += local.tm_gmtoff;
	if (offset && ctl_domain_set_time_offset(creation->ctl, creation->domid, offset))
		return creation_fail_errno(creation, "take `rtc_timeoffset' and `localtime' out");
	if (plan->tsc_mode &&
	    ctl_domain_set_tsc(creation->ctl, creation->domid, (uint32_t)plan->tsc_mode))
		return creation_fail_errno(creation, "take `tsc_mode' out");
	return 0;
}

int creation_set_limits(struct creation *creation)
{
	const struct plan *plan = creation->plan;
	struct xen_domctl op = {.u.max_vcpus = {.max = (uint32_t)plan->max_vcpus}};
	uint64_t kib = (uint64_t)plan->memory_kib;

	if (ctl_domctl(creation->ctl, XEN_DOMCTL_max_vcpus, creation->domid, &op))
		return creation_fail_errno(creation, "lower `maxvcpus'");
	if (ctl_domain_set_max_memory(creation->ctl, creation->domid, kib + SLACK_KIB))
		return creation_fail_errno(creation, "lower `memory'");
	if (plan->claim && ctl_domain_claim_pages(creation->ctl, creation->domid, kib / 4))
		return creation_fail_errno(creation, "free memory, or lower `memory'");
	if (set_time(creation))
		return -1;
	return policy_apply(creation->ctl, creation->domid, &plan->cpuid, creation->failure);
}

/* The CPUs of the machine as lists read them. */
static int read_machine(struct creation *creation, struct cpulist_machine *machine)
{
	struct xen_sysctl_cputopo *list;
	uint32_t *nodes, count;

	if (ctl_topology(creation->ctl, &list, &count))
		return creation_fail_errno(creation, "");
	nodes = alloc_zeroed(count, sizeof(*nodes));
	for (uint32_t n = 0; n < count; n++)
		nodes[n] = list[n].node;
	free(list);
	*machine = (struct cpulist_machine){.nr_cpus = count, .nodes = nodes};
	return 0;
}

static int parse_list(struct creation *creation, const char *text,
		      const struct cpulist_machine *machine, uint8_t *map)
{
	const char *cause;
	char object[160];

	if (!cpulist_parse(text, machine, map, &cause))
		return 0;
	snprintf(object, sizeof(object), "CPUs \"%.120s\"", text);
	return failure_set(creation->failure, FAILURE_CONFIGURATION, creation->step, object, cause,
			   "`tl info' says how many CPUs there are");
}

/* What the administrator allows all guests, out of map. */
static int apply_mask(struct creation *creation, const char *mask,
		      const struct cpulist_machine *machine, uint8_t *map)
{
	uint8_t allowed[CPULIST_BYTES];
	bool some = false;

	if (!mask || creation->request->ignore_masks)
		return 0;
	if (parse_list(creation, mask, machine, allowed))
		return -1;
	for (size_t n = 0; n < CPULIST_BYTES; n++) {
		map[n] &= allowed[n];
		some |= map[n] != 0;
	}
	if (some)
		return 0;
	return creation_fail(creation, FAILURE_CONFIGURATION,
			     "vm.cpumask of xl.conf leaves none of its CPUs",
			     "give --ignore-global-affinity-masks, or correct `cpus'");
}

static const char *list_of_vcpu(const struct strings *lists, size_t vcpu)
{
	if (!lists->count)
		return "all";
	/* One list is for all; of several, the vcpus behind the last are free. */
	if (lists->count == 1)
		return lists->items[0];
	return vcpu < lists->count ? lists->items[vcpu] : "all";
}

static int place_vcpu(struct creation *creation, const struct cpulist_machine *machine,
		      uint32_t vcpu)
{
	const struct settings *settings = creation->request->settings;
	const struct plan *plan = creation->plan;
	uint8_t hard[CPULIST_BYTES], soft[CPULIST_BYTES];

	if (parse_list(creation, list_of_vcpu(&plan->cpus, vcpu), machine, hard) ||
	    parse_list(creation, list_of_vcpu(&plan->cpus_soft, vcpu), machine, soft) ||
	    apply_mask(creation, settings->cpumask, machine, hard) ||
	    apply_mask(creation, settings->cpumask_pv, machine, hard))
		return -1;
	if (ctl_vcpu_set_affinity(creation->ctl, creation->domid, vcpu, hard,
				  plan->cpus_soft.count ? soft : NULL, (machine->nr_cpus + 7) / 8))
		return creation_fail_errno(creation, "correct `cpus' and `cpus_soft'");
	return 0;
}

static int set_affinity(struct creation *creation)
{
	const struct settings *settings = creation->request->settings;
	const struct plan *plan = creation->plan;
	struct cpulist_machine machine;
	int ret = 0;

	if (!plan->cpus.count && !plan->cpus_soft.count && !settings->cpumask &&
	    !settings->cpumask_pv)
		return 0;
	if (read_machine(creation, &machine))
		return -1;
	for (uint32_t vcpu = 0; !ret && vcpu < (uint32_t)plan->max_vcpus; vcpu++)
		ret = place_vcpu(creation, &machine, vcpu);
	free((void *)machine.nodes);
	return ret;
}

static int set_weight(struct creation *creation)
{
	const struct plan *plan = creation->plan;
	struct xen_domctl_scheduler_op op = {.cmd = XEN_DOMCTL_SCHEDOP_getinfo};

	if (plan->weight == PLAN_UNSET && plan->cap == PLAN_UNSET)
		return 0;
	if (ctl_scheduler_id(creation->ctl, &op.sched_id))
		return creation_fail_errno(creation, "");
	if (op.sched_id != XEN_SCHEDULER_CREDIT && op.sched_id != XEN_SCHEDULER_CREDIT2)
		return creation_fail(creation, FAILURE_CONFIGURATION,
				     "the scheduler knows neither weights nor caps",
				     "take `cpu_weight' and `cap' out");
	if (ctl_scheduler_domain(creation->ctl, creation->domid, &op))
		return creation_fail_errno(creation, "");
	/* Both schedulers' structs are a weight and a cap. */
	if (plan->weight != PLAN_UNSET)
		op.u.credit.weight = (uint16_t)plan->weight;
	if (plan->cap != PLAN_UNSET)
		op.u.credit.cap = (uint16_t)plan->cap;
	op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
	if (ctl_scheduler_domain(creation->ctl, creation->domid, &op))
		return creation_fail_errno(creation, "correct `cpu_weight' and `cap'");
	return 0;
}

int creation_set_placement(struct creation *creation)
{
	return set_affinity(creation) ? -1 : set_weight(creation);
}
