/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where vcpus may run: hard and soft affinity, and the hardware domain's temporary pinning. */
#include "hv/errno.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/string.h"
#include "policy.h"

unsigned int masks_find(const struct cpumask *a, const struct cpumask *b, const struct cpumask *c,
			unsigned int start)
{
	unsigned int nr_words = (nr_cpus + 63) / 64;
	unsigned int word = start / 64;
	uint64_t allowed = ~0ULL << (start % 64);

	/* Once more round for the bits of the first word below start. */
	for (unsigned int i = 0; i <= nr_words; i++) {
		uint64_t bits = a->bits[word] & b->bits[word] & c->bits[word] & allowed;

		if (bits)
			return word * 64 + (unsigned int)__builtin_ctzll(bits);
		allowed = ~0ULL;
		word = word + 1 < nr_words ? word + 1 : 0;
	}
	return nr_cpus;
}

unsigned int affinity_choose_cpu(struct vcpu *v)
{
	const struct cpumask *hard = &v->sched->allowed, *soft = &v->affinity_soft;
	unsigned int cpu;

	cpu = masks_find(&sched_cpus_idle, hard, soft, v->processor);
	if (cpu == nr_cpus)
		cpu = masks_find(&sched_cpus_idle, hard, hard, v->processor);
	if (cpu == nr_cpus)
		cpu = masks_find(&cpus_online, hard, soft, v->processor);
	if (cpu == nr_cpus)
		cpu = masks_find(&cpus_online, hard, hard, v->processor);
	return cpu == nr_cpus ? v->processor : cpu;
}

/* The CPUs of the vcpu's pool that are on. */
static void pool_mask(const struct vcpu *v, struct cpumask *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(out->bits); i++)
		out->bits[i] = READ_ONCE(pool_of(v)->cpus.bits[i]) & cpus_online.bits[i];
}

static int mask_check(const struct vcpu *v, const struct cpumask *mask)
{
	struct cpumask usable;

	pool_mask(v, &usable);
	return bitmap_is_overlapping(mask->bits, usable.bits, NR_CPUS) ? 0 : -EINVAL;
}

/*
 * CPUs that left the pool may leave nothing of a hard affinity: then the vcpu may run on all of the pool until one comes back. CPUs that are
 * not on yet count: they may be by the time that the vcpu runs.
 */
void affinity_update(struct vcpu *v)
{
	const struct cpumask *hard = &v->affinity_hard, *cpus;
	struct cpumask *allowed = &v->sched->allowed;

	/* Without the policy's data it has still to be settled. */
	if (v->sched->pool)
		v->sched->pool_change = __atomic_load_n(&pools_change, __ATOMIC_ACQUIRE);
	cpus = &pool_of(v)->cpus;
	for (size_t i = 0; i < ARRAY_SIZE(allowed->bits); i++)
		allowed->bits[i] = hard->bits[i] & READ_ONCE(cpus->bits[i]);
	if (!bitmap_is_overlapping(allowed->bits, cpus_online.bits, NR_CPUS))
		pool_mask(v, allowed);
}

/* With the lock held: the vcpu leaves a CPU that it may no longer use; a blocked one goes when it wakes. */
static void forbidden_leave(struct vcpu *v)
{
	affinity_update(v);
	if (mask_has(&v->sched->allowed, v->processor))
		return;
	if (v->runstate.state == RUNSTATE_running)
		softirq_raise_cpu(v->processor, SOFTIRQ_SCHEDULE);
	else if (v->sched->is_queued)
		policy_of(v)->dequeue(v);
}

/* Current itself moves on its way out of the hypervisor; and another vcpu of its domain may be in there and wait for current. */
static void move_wait(struct vcpu *v)
{
	vcpu_wake(v);
	if (v->domain == current_vcpu()->domain)
		return;
	while (READ_ONCE(v->is_running) && !mask_has(&v->sched->allowed, READ_ONCE(v->processor)))
		cpu_relax();
}

void affinity_refresh(struct vcpu *v)
{
	uint64_t flags = vcpu_lock(v);

	/* What was never placed, or is in the middle of a change of pools, is settled when it wakes. */
	if (v->sched->pool != pool_of(v)) {
		vcpu_unlock(v, flags);
		return;
	}
	forbidden_leave(v);
	vcpu_unlock(v, flags);
	move_wait(v);
}

int vcpu_set_hard_affinity(struct vcpu *v, const struct cpumask *mask)
{
	int rc = mask_check(v, mask);
	uint64_t flags;

	if (rc)
		return rc;
	flags = vcpu_lock(v);
	/* While pinned the new mask waits for the end of that. */
	if (v->sched->is_pinned) {
		v->sched->affinity_saved = *mask;
	} else {
		v->affinity_hard = *mask;
		forbidden_leave(v);
	}
	vcpu_unlock(v, flags);
	move_wait(v);
	return 0;
}

int vcpu_set_soft_affinity(struct vcpu *v, const struct cpumask *mask)
{
	int rc = mask_check(v, mask);
	uint64_t flags;

	if (rc)
		return rc;
	flags = vcpu_lock(v);
	v->affinity_soft = *mask;
	vcpu_unlock(v, flags);
	return 0;
}

void vcpu_get_effective_affinity(struct vcpu *v, struct cpumask *hard, struct cpumask *soft)
{
	uint64_t flags;

	/* Brought up to date here, it would be passed over by who takes its CPU away. */
	affinity_refresh(v);
	flags = vcpu_lock(v);
	if (v->sched->pool != pool_of(v))
		affinity_update(v);
	for (size_t i = 0; i < ARRAY_SIZE(hard->bits); i++) {
		hard->bits[i] = v->sched->allowed.bits[i] & cpus_online.bits[i];
		soft->bits[i] = v->affinity_soft.bits[i] & hard->bits[i];
	}
	vcpu_unlock(v, flags);
}

static int pin_start(struct vcpu *v, unsigned int cpu)
{
	if (v->sched->is_pinned)
		return -EBUSY;
	if (!mask_has(&v->affinity_hard, cpu) || !mask_has(&pool_of(v)->cpus, cpu))
		return -EINVAL;
	v->sched->is_pinned = true;
	v->sched->affinity_saved = v->affinity_hard;
	memset(&v->affinity_hard, 0, sizeof(v->affinity_hard));
	bitmap_set(v->affinity_hard.bits, cpu);
	return 0;
}

static int pin_end(struct vcpu *v)
{
	if (!v->sched->is_pinned)
		return -ENOENT;
	v->sched->is_pinned = false;
	v->affinity_hard = v->sched->affinity_saved;
	return 0;
}

int vcpu_pin_override(struct vcpu *v, int32_t cpu)
{
	uint64_t flags;
	int rc;

	if (cpu >= 0 && !cpu_is_online((unsigned int)cpu))
		return -EINVAL;
	flags = vcpu_lock(v);
	rc = cpu < 0 ? pin_end(v) : pin_start(v, (unsigned int)cpu);
	if (rc == 0)
		forbidden_leave(v);
	vcpu_unlock(v, flags);
	if (rc == 0)
		move_wait(v);
	return rc;
}
