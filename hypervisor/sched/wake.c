/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Blocking, waking, pausing: the moves between running, runnable, blocked and
 * offline. What pauses a vcpu is set without a lock; the lock of its CPU then
 * decides, so that a wake and a switch at the same moment agree on who queues
 * the vcpu.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/time.h"
#include "hv/trace.h"
#include "policy.h"

uint64_t vcpu_lock(struct vcpu *v)
{
	uint64_t flags = interrupts_save_off();

	for (;;) {
		uint32_t cpu = READ_ONCE(v->processor);
		struct spinlock *lock = &per_cpu(sched_cpu, cpu).lock;

		spin_lock(lock);
		if (likely(READ_ONCE(v->processor) == cpu))
			return flags;
		spin_unlock(lock);
	}
}

void vcpu_unlock(struct vcpu *v, uint64_t flags)
{
	spin_unlock(&per_cpu(sched_cpu, v->processor).lock);
	interrupts_restore(flags);
}

bool vcpu_is_runnable(const struct vcpu *v)
{
	return !(READ_ONCE(v->pause_flags) | READ_ONCE(v->pause_count) |
		 READ_ONCE(v->domain->pause_count));
}

/* A paused vcpu that no longer waits for an event is offline rather than blocked. */
static void runstate_settle(struct vcpu *v)
{
	if (v->runstate.state == RUNSTATE_blocked && !(v->pause_flags & VCPU_PAUSED_BLOCKED))
		runstate_set(v, RUNSTATE_offline, time_now_ns());
}

void vcpu_unlock_to(struct vcpu *v, unsigned int cpu, uint64_t flags)
{
	struct spinlock *lock = &per_cpu(sched_cpu, v->processor).lock;

	WRITE_ONCE(v->processor, cpu);
	spin_unlock(lock);
	interrupts_restore(flags);
}

static bool vcpu_needs_queue(const struct vcpu *v)
{
	return vcpu_is_runnable(v) && v->runstate.state != RUNSTATE_running && !v->sched->is_queued;
}

static bool context_is_saved(const struct vcpu *v)
{
	return !__atomic_load_n(&v->is_running, __ATOMIC_ACQUIRE);
}

static void vcpu_enqueue(struct vcpu *v)
{
	bool woken = v->runstate.state == RUNSTATE_blocked;

	v->sched->must_move = false;
	PERF_INC(wakes);
	TRACE(TRC_SCHED_WAKE, v->domain->id, v->id);
	runstate_set(v, RUNSTATE_runnable, time_now_ns());
	policy_of(v)->enqueue(v, woken);
}

/*
 * Puts a vcpu that is runnable, but neither running nor queued, on a queue.
 * Until its context is saved it can only wait where it ran; where that is
 * forbidden, wait the few instructions until the other CPU has switched.
 */
void vcpu_wake(struct vcpu *v)
{
	bool is_placed = false;

	for (;;) {
		uint64_t flags = vcpu_lock(v);
		unsigned int cpu = v->processor;

		if (!vcpu_needs_queue(v)) {
			runstate_settle(v);
			vcpu_unlock(v, flags);
			return;
		}
		if (unlikely(v->sched->pool_change != READ_ONCE(pools_change)))
			unit_settle(v);
		if (!is_placed && context_is_saved(v))
			cpu = policy_of(v)->choose_cpu(v);
		if (cpu != v->processor) {
			vcpu_unlock_to(v, cpu, flags);
			is_placed = true;
			continue;
		}
		if (likely(mask_has(&v->sched->allowed, cpu))) {
			vcpu_enqueue(v);
			vcpu_unlock(v, flags);
			return;
		}
		vcpu_unlock(v, flags);
		is_placed = false;
		tlb_relax();
	}
}

bool unit_pull(struct vcpu *v, unsigned int cpu)
{
	unsigned int from = READ_ONCE(v->processor);
	struct spinlock *lock = &per_cpu(sched_cpu, from).lock;
	bool is_taken;

	if (from != cpu && !spin_trylock(lock)) {
		softirq_raise(SOFTIRQ_SCHEDULE);
		return false;
	}
	is_taken = v->processor == from && v->sched->is_queued && context_is_saved(v) &&
		   mask_has(&v->sched->allowed, cpu);
	if (is_taken) {
		PERF_INC(steals);
		v->sched->is_queued = false;
		WRITE_ONCE(v->processor, cpu);
	}
	if (from != cpu)
		spin_unlock(lock);
	return is_taken;
}

void vcpu_sleep_nosync(struct vcpu *v)
{
	uint64_t flags = vcpu_lock(v);

	if (!vcpu_is_runnable(v)) {
		TRACE(TRC_SCHED_SLEEP, v->domain->id, v->id);
		if (v->runstate.state == RUNSTATE_running) {
			softirq_raise_cpu(v->processor, SOFTIRQ_SCHEDULE);
		} else if (v->runstate.state == RUNSTATE_runnable) {
			if (v->sched->is_queued)
				policy_of(v)->dequeue(v);
			runstate_set(v, RUNSTATE_offline, time_now_ns());
		}
	}
	vcpu_unlock(v, flags);
}

void vcpu_sleep_sync(struct vcpu *v)
{
	ASSERT(v != current_vcpu());
	vcpu_sleep_nosync(v);
	while (!vcpu_is_runnable(v) && !context_is_saved(v))
		cpu_relax();
}

/*
 * poll_event is cleared before the flags: whoever clears it also ends the wait,
 * so a later poll of the same vcpu can at worst end early, never be missed.
 */
static never_inline void vcpu_end_block(struct vcpu *v, uint64_t flags)
{
	if (flags & VCPU_PAUSED_POLLING)
		WRITE_ONCE(v->poll_event, 0);
	flags = __atomic_fetch_and(&v->pause_flags,
				   ~(uint64_t)(VCPU_PAUSED_BLOCKED | VCPU_PAUSED_POLLING),
				   __ATOMIC_SEQ_CST);
	if (flags & VCPU_PAUSED_POLLING)
		__atomic_fetch_sub(&v->domain->nr_polling, 1, __ATOMIC_SEQ_CST);
	if (flags & VCPU_PAUSED_BLOCKED)
		vcpu_wake(v);
}

static always_inline void vcpu_unblock_inline(struct vcpu *v)
{
	uint64_t flags = __atomic_load_n(&v->pause_flags, __ATOMIC_SEQ_CST);

	if (unlikely(flags & VCPU_PAUSED_BLOCKED))
		vcpu_end_block(v, flags);
}

void vcpu_unblock(struct vcpu *v)
{
	vcpu_unblock_inline(v);
}

static always_inline void vcpu_kick_inline(struct vcpu *v)
{
	/* Before unblocking: a vcpu that is woken looks at its events anyway. */
	bool was_running = __atomic_load_n(&v->is_running, __ATOMIC_SEQ_CST);

	vcpu_unblock_inline(v);
	if (was_running && v != current_vcpu()) {
		PERF_INC(kicks);
		arch_send_event_check(READ_ONCE(v->processor));
	}
}

void vcpu_kick(struct vcpu *v)
{
	vcpu_kick_inline(v);
}

void vcpu_mark_events_pending(struct vcpu *v)
{
	uint8_t *pending = &v->info->evtchn_upcall_pending;

	/* Already set: the guest has still to look at what the caller marked before (with a locked operation). */
	if (__atomic_load_n(pending, __ATOMIC_SEQ_CST))
		return;
	if (!__atomic_exchange_n(pending, 1, __ATOMIC_SEQ_CST))
		vcpu_kick_inline(v);
}

static void block_begin(const struct vcpu *v)
{
	PERF_INC(blocks);
	TRACE(TRC_SCHED_BLOCK, v->domain->id, v->id);
	softirq_raise(SOFTIRQ_SCHEDULE);
}

void vcpu_block(void)
{
	struct vcpu *v = current_vcpu();

	WRITE_ONCE(v->info->evtchn_upcall_mask, 0);
	__atomic_or_fetch(&v->pause_flags, VCPU_PAUSED_BLOCKED, __ATOMIC_SEQ_CST);
	/* An event between the guest's decision and the flag found nothing to unblock. */
	if (event_is_upcall_due(v))
		__atomic_and_fetch(&v->pause_flags, ~(uint64_t)VCPU_PAUSED_BLOCKED,
				   __ATOMIC_SEQ_CST);
	else
		block_begin(v);
}

void vcpu_yield(void)
{
	TRACE(TRC_SCHED_YIELD, current_vcpu()->domain->id, current_vcpu()->id);
	if (policy_of(current_vcpu())->yield(current_vcpu()))
		softirq_raise(SOFTIRQ_SCHEDULE);
}

int vcpu_bring_up(struct vcpu *v)
{
	uint64_t flags;

	if (!__atomic_load_n(&v->is_initialised, __ATOMIC_ACQUIRE))
		return -EINVAL;
	flags = __atomic_fetch_and(&v->pause_flags, ~(uint64_t)VCPU_PAUSED_DOWN, __ATOMIC_SEQ_CST);
	if (flags & VCPU_PAUSED_DOWN)
		vcpu_wake(v);
	return 0;
}
