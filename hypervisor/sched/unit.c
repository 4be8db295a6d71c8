/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the scheduler hangs on domains and vcpus, and its row among the domain modules. */
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/heap.h"
#include "hv/string.h"
#include "hv/time.h"
#include "policy.h"

#define WEIGHT_DEFAULT 256

static void affinity_init(struct vcpu *v)
{
	memset(&v->affinity_hard, 0xff, sizeof(v->affinity_hard));
	memset(&v->affinity_soft, 0xff, sizeof(v->affinity_soft));
}

int sched_init_vcpu(struct vcpu *v, unsigned int cpu)
{
	struct sched_unit *unit = object_alloc(sched_policy->unit_bytes);

	if (!unit)
		return -ENOMEM;
	unit->vcpu = v;
	v->sched = unit;
	v->processor = cpu;
	v->runstate.state = RUNSTATE_offline;
	v->runstate.state_entry_time = time_now_ns();
	affinity_init(v);
	vtimers_init(v, cpu);
	if (!v->domain->is_idle)
		sched_policy->init_unit(unit);
	return 0;
}

void sched_fini_vcpu(struct vcpu *v)
{
	vtimers_kill(v);
	sched_policy->fini_unit(v->sched);
	object_free(v->sched);
	v->sched = NULL;
}

/* Spread over the CPUs by number; the first wake looks for an idle one. */
static unsigned int first_cpu(const struct vcpu *v)
{
	unsigned int cpu = (v->domain->id + v->id) % nr_cpus;

	return cpu_is_online(cpu) ? cpu : 0;
}

static int module_init_vcpu(struct vcpu *v)
{
	return sched_init_vcpu(v, first_cpu(v));
}

static int module_init_domain(struct domain *d, const struct domain_create_arguments *arguments)
{
	struct sched_domain *sd = object_alloc(sched_policy->domain_bytes);

	if (!sd)
		return -ENOMEM;
	sd->parameters.weight = WEIGHT_DEFAULT;
	watchdogs_init(sd, d);
	sched_policy->init_domain(sd);
	d->sched = sd;
	return 0;
}

static int module_relinquish(struct domain *d)
{
	watchdogs_kill(d->sched);
	return 0;
}

static void module_fini_domain(struct domain *d)
{
	watchdogs_kill(d->sched);
	sched_policy->fini_domain(d->sched);
	object_free(d->sched);
	d->sched = NULL;
}

static void module_state_changed(struct domain *d)
{
	if (hardware_domain != d)
		event_send_virq_global(VIRQ_DOM_EXC);
}

static const struct domain_module sched_module = {
	.name = "sched",
	.init_domain = module_init_domain,
	.init_vcpu = module_init_vcpu,
	.relinquish = module_relinquish,
	.fini_vcpu = sched_fini_vcpu,
	.fini_domain = module_fini_domain,
	.state_changed = module_state_changed,
};
DOMAIN_MODULE(10, sched_module);

int sched_set_parameters(struct domain *d, const struct sched_parameters *parameters)
{
	if (parameters->weight == 0)
		return -EINVAL;
	if (parameters->cap > 100 * d->max_vcpus)
		return -EINVAL;
	WRITE_ONCE(d->sched->parameters.weight, parameters->weight);
	WRITE_ONCE(d->sched->parameters.cap, parameters->cap);
	return 0;
}

void sched_get_parameters(const struct domain *d, struct sched_parameters *parameters)
{
	parameters->weight = READ_ONCE(d->sched->parameters.weight);
	parameters->cap = READ_ONCE(d->sched->parameters.cap);
}
