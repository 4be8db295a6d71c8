/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the scheduler hangs on domains and vcpus, and its row among the domain modules. */
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/softirq.h"
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
	struct sched_unit *unit = object_alloc(policy_unit_bytes());

	if (!unit)
		return -ENOMEM;
	unit->vcpu = v;
	v->sched = unit;
	v->processor = cpu;
	v->runstate.state = RUNSTATE_offline;
	v->runstate.state_entry_time = time_now_ns();
	affinity_init(v);
	vtimers_init(v, cpu);
	return 0;
}

void sched_fini_vcpu(struct vcpu *v)
{
	vtimers_kill(v);
	unit_unbind(v->sched);
	object_free(v->sched);
	v->sched = NULL;
}

/* Zero but for the core's part. */
static void unit_clear(struct sched_unit *unit)
{
	memset(unit + 1, 0, policy_unit_bytes() - sizeof(*unit));
}

void unit_settle(struct vcpu *v)
{
	struct sched_unit *unit = v->sched;
	struct sched_pool *pool = pool_of(v);

	if (unit->pool != pool) {
		ASSERT(!unit->pool);
		unit_clear(unit);
		pool->policy->init_unit(unit);
		unit->pool = pool;
	}
	affinity_update(v);
}

void unit_unbind(struct sched_unit *unit)
{
	if (unit->pool)
		unit->pool->policy->fini_unit(unit);
	unit->pool = NULL;
	/* As old as can be: the next wake settles it. */
	unit->pool_change = 0;
}

/* Spread over the pool's CPUs by number; the first wake looks for an idle one. */
static unsigned int first_cpu(const struct vcpu *v)
{
	const struct cpumask *cpus = &pool_of(v)->cpus;
	unsigned int cpu = masks_find(cpus, &cpus_online, cpus, (v->domain->id + v->id) % nr_cpus);

	return cpu == nr_cpus ? 0 : cpu;
}

/* Who waits on a queue has left before, with the CPU's pool. */
bool unit_evict(struct vcpu *v, unsigned int cpu)
{
	uint64_t flags;
	unsigned int to;
	bool is_here, is_saved;

	if (READ_ONCE(v->processor) != cpu)
		return true;
	/* Its domain may be leaving the pool, which then may go. */
	pools_lock();
	to = first_cpu(v);
	pools_unlock();
	flags = vcpu_lock(v);
	is_here = v->processor == cpu;
	is_saved = !__atomic_load_n(&v->is_running, __ATOMIC_ACQUIRE) && !v->sched->is_queued;
	if (!is_here || !is_saved) {
		vcpu_unlock(v, flags);
		return !is_here;
	}
	vcpu_unlock_to(v, to, flags);
	vtimers_migrate(v, to);
	return true;
}

static int module_init_vcpu(struct vcpu *v)
{
	return sched_init_vcpu(v, first_cpu(v));
}

static int module_init_domain(struct domain *d, const struct domain_create_arguments *arguments)
{
	struct sched_domain *sd = object_alloc(policy_domain_bytes());
	int rc;

	if (!sd)
		return -ENOMEM;
	sd->parameters.weight = WEIGHT_DEFAULT;
	watchdogs_init(sd, d);
	d->sched = sd;
	rc = pool_join(d, arguments->cpupool_id);
	if (rc) {
		d->sched = NULL;
		object_free(sd);
	}
	return rc;
}

static int module_relinquish(struct domain *d)
{
	watchdogs_kill(d->sched);
	return 0;
}

static void module_fini_domain(struct domain *d)
{
	watchdogs_kill(d->sched);
	pool_leave(d);
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

/*
 * A vcpu that runs alone has no end of its turn: under a cap it needs one. One that is being chosen just
 * now, by the old cap, doesn't look as if it ran: so all.
 */
static void turns_end(const struct domain *d)
{
	struct vcpu *v;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for_each_vcpu(d, v) softirq_raise_cpu(READ_ONCE(v->processor), SOFTIRQ_SCHEDULE);
}

int sched_set_parameters(struct domain *d, const struct sched_parameters *parameters)
{
	if (parameters->weight == 0)
		return -EINVAL;
	if (parameters->cap > 100 * d->max_vcpus)
		return -EINVAL;
	WRITE_ONCE(d->sched->parameters.weight, parameters->weight);
	WRITE_ONCE(d->sched->parameters.cap, parameters->cap);
	turns_end(d);
	return 0;
}

void sched_get_parameters(const struct domain *d, struct sched_parameters *parameters)
{
	parameters->weight = READ_ONCE(d->sched->parameters.weight);
	parameters->cap = READ_ONCE(d->sched->parameters.cap);
}
