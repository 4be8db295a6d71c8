/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debug key r: what each CPU runs and why. Reads without locks: for a machine that may be stuck. */
#include "hv/console.h"
#include "hv/printk.h"
#include "policy.h"

static void dump_cpu(unsigned int cpu)
{
	const struct sched_cpu *sc = &per_cpu(sched_cpu, cpu);
	const struct sched_pool *pool = READ_ONCE(sc->pool);
	const struct vcpu *v = READ_ONCE(sc->running);

	if (!v)
		return;
	if (pool)
		printk_raw("CPU %u, pool %u (%s): ", cpu, pool->id, pool->policy->name);
	else
		printk_raw("CPU %u, free: ", cpu);
	if (v == sc->idle)
		printk_raw("idle%s\n", mask_has(&sched_cpus_idle, cpu) ? "" : ", called");
	else
		printk_raw("d%uv%u%s\n", v->domain->id, v->id,
			   v->sched->must_move ? ", must move" : "");
}

static void dump_waiting(const struct domain *d)
{
	const struct vcpu *v;

	for_each_vcpu(d, v)
	{
		if (v->sched->is_queued)
			printk_raw("d%uv%u waits on CPU %u\n", d->id, v->id, v->processor);
	}
}

static void dump_scheduler(char key)
{
	struct domain *d;
	domid_t next = 0;

	(void)key;
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		if (percpu_exists(cpu))
			dump_cpu(cpu);
	while ((d = domain_get_from(next))) {
		dump_waiting(d);
		next = (domid_t)(d->id + 1);
		domain_put(d);
	}
}

void sched_dump_init(void)
{
	key_register('r', dump_scheduler, "processors: pools, what runs, what waits");
}
