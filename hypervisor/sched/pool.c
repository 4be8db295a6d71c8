/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools: which CPUs there are for a domain, and under which policy. The table,
 * the masks and the binding of domains change under one lock, for a moment
 * each; vcpus follow by the number of the change (pool_walk()), and a CPU only
 * becomes free when nobody runs or waits on it.
 */
#include "abi/sysctl.h"
#include "hv/cpu_pool.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/string.h"
#include "policy.h"

static const struct sched_policy *const policies[] = {&credit_policy, &null_policy, &rt_policy};

static struct spinlock lock = SPINLOCK_INIT(LOCK_cpu_pools);
static struct list_node pools = LIST_INIT(pools); /* by id */
uint32_t pools_change = 1;

void pools_lock(void)
{
	spin_lock(&lock);
}

void pools_unlock(void)
{
	spin_unlock(&lock);
}

const struct sched_policy *policy_by_id(uint32_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		if (policies[i]->id == id)
			return policies[i];
	return NULL;
}

const struct sched_policy *policy_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		if (strcmp(policies[i]->name, name) == 0)
			return policies[i];
	return NULL;
}

size_t policy_unit_bytes(void)
{
	size_t bytes = 0;

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		bytes = MAX(bytes, policies[i]->unit_bytes);
	return bytes;
}

size_t policy_domain_bytes(void)
{
	size_t bytes = 0;

	for (size_t i = 0; i < ARRAY_SIZE(policies); i++)
		bytes = MAX(bytes, policies[i]->domain_bytes);
	return bytes;
}

/* The pool of that id or the next; NULL at the end. */
static struct sched_pool *pool_find_from(uint32_t id)
{
	struct sched_pool *pool;

	list_for_each_entry(pool, &pools, node)
	{
		if (pool->id >= id)
			return pool;
	}
	return NULL;
}

static struct sched_pool *pool_find(uint32_t id)
{
	struct sched_pool *pool = pool_find_from(id);

	return pool && pool->id == id ? pool : NULL;
}

/* Masks were changed before: who sees the number sees them. */
static void change_announce(void)
{
	__atomic_add_fetch(&pools_change, 1, __ATOMIC_RELEASE);
}

static struct sched_pool *pool_alloc(const struct sched_policy *policy)
{
	struct sched_pool *pool = object_alloc(policy->pool_bytes);

	if (!pool)
		return NULL;
	pool->policy = policy;
	policy->init_pool(pool);
	return pool;
}

static void pool_free(struct sched_pool *pool)
{
	pool->policy->fini_pool(pool);
	object_free(pool);
}

/* Behind all with lower ids. */
static void pool_insert(struct sched_pool *pool)
{
	struct sched_pool *other = pool_find_from(pool->id);

	if (other)
		list_add_tail(&other->node, &pool->node);
	else
		list_add_tail(&pools, &pool->node);
}

void pools_init(void)
{
	struct sched_pool *pool = pool_alloc(sched_policy);

	if (!pool)
		panic("no memory for the first pool of CPUs");
	pool_insert(pool);
}

static void cpu_join(struct sched_pool *pool, unsigned int cpu)
{
	struct sched_cpu *sc = &per_cpu(sched_cpu, cpu);
	uint64_t flags = spin_lock_irqsave(&sc->lock);

	pool->policy->init_cpu(pool, cpu);
	WRITE_ONCE(sc->pool, pool);
	mask_add(&pool->cpus, cpu);
	spin_unlock_irqrestore(&sc->lock, flags);
	change_announce();
}

void pools_add_cpu(unsigned int cpu)
{
	pools_lock();
	cpu_join(pool_find(0), cpu);
	pools_unlock();
}

/* True when the CPU, no longer in the mask, was free to go. */
static bool cpu_leave(struct sched_pool *pool, unsigned int cpu)
{
	struct sched_cpu *sc = &per_cpu(sched_cpu, cpu);
	uint64_t flags = spin_lock_irqsave(&sc->lock);
	bool is_free = sc->running == sc->idle;

	if (is_free) {
		WRITE_ONCE(sc->pool, NULL);
		pool->policy->fini_cpu(pool, cpu);
		mask_remove(&sched_cpus_idle, cpu);
	}
	spin_unlock_irqrestore(&sc->lock, flags);
	return is_free;
}

static bool has_online_cpus(const struct sched_pool *pool)
{
	return bitmap_is_overlapping(pool->cpus.bits, cpus_online.bits, NR_CPUS);
}

/* Who wakes one of its vcpus looks until there is a CPU for it. */
int pool_join(struct domain *d, uint32_t id)
{
	struct sched_pool *pool;

	pools_lock();
	pool = pool_find(id);
	if (pool && !has_online_cpus(pool))
		pool = NULL;
	if (pool) {
		pool->nr_domains++;
		d->sched->pool = pool;
		pool->policy->init_domain(d->sched);
	}
	pools_unlock();
	return pool ? 0 : -EINVAL;
}

void pool_leave(struct domain *d)
{
	struct sched_pool *pool = d->sched->pool;

	pool->policy->fini_domain(d->sched);
	pools_lock();
	pool->nr_domains--;
	pools_unlock();
}

uint32_t sched_pool_id(const struct domain *d)
{
	uint32_t id = POOL_ANY;

	pools_lock();
	if (d->sched)
		id = d->sched->pool->id;
	pools_unlock();
	return id;
}

static uint32_t lowest_free_id(void)
{
	uint32_t id = 0;

	while (pool_find(id))
		id++;
	return id;
}

int pool_create(uint32_t *id, uint32_t sched_id)
{
	const struct sched_policy *policy = policy_by_id(sched_id);
	struct sched_pool *pool;
	bool is_taken;

	if (!policy)
		return -ENOENT;
	pool = pool_alloc(policy);
	if (!pool)
		return -ENOMEM;
	pools_lock();
	pool->id = *id == POOL_ANY ? lowest_free_id() : *id;
	is_taken = pool_find(pool->id) != NULL;
	if (!is_taken)
		pool_insert(pool);
	pools_unlock();
	if (is_taken) {
		pool_free(pool);
		return -EEXIST;
	}
	*id = pool->id;
	return 0;
}

static bool cpu_is_of(const struct sched_pool *pool, unsigned int cpu)
{
	return percpu_exists(cpu) && READ_ONCE(per_cpu(sched_cpu, cpu).pool) == pool;
}

static bool has_cpus(const struct sched_pool *pool)
{
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpu_is_of(pool, cpu))
			return true;
	return false;
}

/* With the lock: without domains nothing runs on the pool's CPUs, they are let go as well. */
static int pool_remove(struct sched_pool *pool)
{
	if (!pool)
		return -ENOENT;
	if (pool->nr_domains || pool->id == 0)
		return -EBUSY;
	memset(&pool->cpus, 0, sizeof(pool->cpus));
	change_announce();
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpu_is_of(pool, cpu))
			(void)cpu_leave(pool, cpu);
	if (has_cpus(pool))
		return -EBUSY;
	list_remove(&pool->node);
	return 0;
}

int pool_destroy(uint32_t id)
{
	struct sched_pool *pool;
	int rc;

	pools_lock();
	pool = pool_find(id);
	rc = pool_remove(pool);
	pools_unlock();
	if (rc == 0)
		pool_free(pool);
	return rc;
}

int pool_read(uint32_t from, struct pool_information *out)
{
	const struct sched_pool *pool;

	pools_lock();
	pool = pool_find_from(from == POOL_ANY ? 0 : from);
	if (pool) {
		*out = (struct pool_information){pool->id, pool->policy->id, pool->nr_domains,
						 pool->cpus};
		for (size_t i = 0; i < ARRAY_SIZE(out->cpus.bits); i++)
			out->cpus.bits[i] &= cpus_online.bits[i];
	}
	pools_unlock();
	return pool ? 0 : -ENOENT;
}

void pool_read_free(struct cpumask *out)
{
	memset(out, 0, sizeof(*out));
	for (unsigned int cpu = 0; cpu < nr_cpus; cpu++)
		if (cpu_is_online(cpu) && cpu_is_of(NULL, cpu) &&
		    !per_cpu(sched_cpu, cpu).is_leaving)
			bitmap_set(out->bits, cpu);
}

/* A CPU that the caller named, or any free one. */
static int free_cpu_find(uint32_t wanted, unsigned int *out)
{
	struct cpumask free;

	pool_read_free(&free);
	*out = wanted == POOL_ANY ? (unsigned int)bitmap_find_first_set(free.bits, NR_CPUS)
				  : wanted;
	if (wanted != POOL_ANY && !cpu_is_online(wanted))
		return -EINVAL;
	return *out < nr_cpus && bitmap_test(free.bits, *out) ? 0 : -ENODEV;
}

int pool_begin_add(uint32_t id, uint32_t *cpu)
{
	struct sched_pool *pool;
	unsigned int found;
	int rc = -ENOENT;

	pools_lock();
	pool = pool_find(id);
	if (pool)
		rc = free_cpu_find(*cpu, &found);
	if (rc == 0) {
		cpu_join(pool, found);
		*cpu = found;
	}
	pools_unlock();
	return rc;
}

static bool is_pinned_here(const struct sched_pool *pool, unsigned int cpu)
{
	struct vcpu *v;

	/* Only the hardware domain pins itself for a while. */
	if (!hardware_domain || hardware_domain->sched->pool != pool)
		return false;
	for_each_vcpu(hardware_domain, v)
	{
		if (v->sched->is_pinned && mask_has(&v->affinity_hard, cpu))
			return true;
	}
	return false;
}

/* With the lock: may the CPU, one of the pool, go? */
static int leave_check(const struct sched_pool *pool, unsigned int cpu)
{
	struct cpumask rest = pool->cpus;

	if (!mask_has(&pool->cpus, cpu))
		return 0; /* somebody began it before */
	bitmap_clear(rest.bits, cpu);
	if (pool->nr_domains && !bitmap_is_overlapping(rest.bits, cpus_online.bits, NR_CPUS))
		return -EBUSY;
	return is_pinned_here(pool, cpu) ? -EADDRINUSE : 0;
}

static int leave_begin(struct sched_pool *pool, uint32_t *cpu)
{
	int rc;

	if (*cpu == POOL_ANY)
		*cpu = (uint32_t)bitmap_find_first_set(pool->cpus.bits, NR_CPUS);
	else if (!cpu_is_online(*cpu))
		return -EINVAL;
	if (*cpu >= nr_cpus || !cpu_is_of(pool, *cpu))
		return -ENODEV;
	rc = leave_check(pool, *cpu);
	if (rc)
		return rc;
	mask_remove(&pool->cpus, *cpu);
	change_announce();
	return 0;
}

int pool_begin_remove(uint32_t id, uint32_t *cpu)
{
	struct sched_pool *pool;
	int rc = -ENOENT;

	pools_lock();
	pool = pool_find(id);
	if (pool)
		rc = leave_begin(pool, cpu);
	pools_unlock();
	return rc;
}

int pool_end_remove(uint32_t id, uint32_t cpu)
{
	struct sched_pool *pool;
	int rc = 0;

	pools_lock();
	pool = pool_find(id);
	if (!pool || cpu >= nr_cpus || !cpu_is_of(pool, cpu) || mask_has(&pool->cpus, cpu))
		rc = -ENODEV;
	else if (!cpu_leave(pool, cpu))
		rc = -ERESTART;
	pools_unlock();
	return rc;
}

/* True when there was something to do. */
static bool domain_refresh(struct domain *d)
{
	uint32_t change = READ_ONCE(pools_change);
	bool was_any = false;
	struct vcpu *v;

	for_each_vcpu(d, v)
	{
		if (READ_ONCE(v->sched->pool_change) == change)
			continue;
		affinity_refresh(v);
		was_any = true;
	}
	return was_any;
}

/* Begins at the front each time: who is up to date is passed over at once. */
bool pool_walk(void)
{
	struct domain *d;
	domid_t from = 0;

	while ((d = domain_get_from(from))) {
		bool was_any = domain_refresh(d);

		from = (domid_t)(d->id + 1);
		domain_put(d);
		if (was_any && softirq_is_pending())
			return false;
	}
	return true;
}

int pools_begin_leave(unsigned int cpu)
{
	struct sched_cpu *sc = &per_cpu(sched_cpu, cpu);
	struct sched_pool *pool;
	int rc = 0;

	pools_lock();
	pool = sc->pool;
	if (pool)
		rc = leave_check(pool, cpu);
	if (rc == 0) {
		sc->is_leaving = true;
		sc->home = pool ? pool->id : POOL_ANY;
		if (pool)
			mask_remove(&pool->cpus, cpu);
		change_announce();
	}
	pools_unlock();
	return rc;
}

int pools_end_leave(unsigned int cpu)
{
	struct sched_pool *pool;
	int rc = 0;

	pools_lock();
	pool = per_cpu(sched_cpu, cpu).pool;
	if (pool && !cpu_leave(pool, cpu))
		rc = -ERESTART;
	pools_unlock();
	return rc;
}

void pools_return_cpu(unsigned int cpu)
{
	struct sched_cpu *sc = &per_cpu(sched_cpu, cpu);
	struct sched_pool *pool;

	pools_lock();
	pool = pool_find(sc->home);
	if (!pool && sc->home != POOL_ANY)
		pool = pool_find(0);
	sc->is_leaving = false;
	if (pool && sc->pool == pool) {
		/* It turned back halfway. */
		mask_add(&pool->cpus, cpu);
		change_announce();
	} else if (pool) {
		cpu_join(pool, cpu);
	}
	pools_unlock();
}

void pool_end_add(uint32_t cpu)
{
	if (cpu_is_online(cpu))
		softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

/* The domain's vcpus don't run; its lock keeps new ones from being published. */
static void domain_rebind(struct domain *d, struct sched_pool *to)
{
	struct sched_pool *from = d->sched->pool;
	struct vcpu *v;

	for_each_vcpu(d, v)
	{
		unit_unbind(v->sched);
	}
	from->policy->fini_domain(d->sched);
	memset(d->sched + 1, 0, policy_domain_bytes() - sizeof(*d->sched));
	to->policy->init_domain(d->sched);
	__atomic_store_n(&d->sched->pool, to, __ATOMIC_RELEASE);
}

static int domain_move(struct domain *d, uint32_t id)
{
	struct sched_pool *to = pool_find(id), *from = d->sched->pool;

	if (!to || !has_online_cpus(to))
		return -ENOENT;
	if (to == from)
		return 0;
	to->nr_domains++;
	from->nr_domains--;
	domain_rebind(d, to);
	return 0;
}

int pool_move_domain(struct domain *d, uint32_t id)
{
	int rc;

	domain_pause(d);
	spin_lock(&d->lock);
	pools_lock();
	rc = domain_move(d, id);
	pools_unlock();
	spin_unlock(&d->lock);
	domain_unpause(d);
	return rc;
}

int pool_adjust(uint32_t id, struct xen_sysctl_scheduler_op *op, bool puts)
{
	struct sched_pool *pool;
	int rc = -ESRCH;

	pools_lock();
	pool = pool_find(id);
	if (pool && pool->policy->id != op->sched_id)
		rc = -EINVAL;
	else if (pool)
		rc = pool->policy->adjust_pool ? pool->policy->adjust_pool(pool, op, puts)
					       : -EOPNOTSUPP;
	pools_unlock();
	return rc;
}
