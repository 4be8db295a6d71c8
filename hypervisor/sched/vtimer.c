/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vcpu's timers: each ends in VIRQ_TIMER but the poll timer, which ends a
 * poll. They stay on the CPU that the vcpu runs on. The periodic one only runs
 * while its vcpu does: ticks missed while it was off the CPU become one.
 */
#include "hv/event.h"
#include "hv/softirq.h"
#include "hv/time.h"
#include "policy.h"

/* Farther timeouts come from guests whose clock arithmetic wrapped: they have work now, or none at all. */
#define TIMEOUT_MAX_NS (1ULL << 50)
#define TIMEOUT_WRAPPED_NS (100 * NS_PER_MS)
/* The ABI's tick of a vcpu that never said what it wants. */
#define PERIODIC_DEFAULT_NS (10 * NS_PER_MS)

static void singleshot_expired(void *data)
{
	event_send_virq_vcpu(data, VIRQ_TIMER);
}

static void poll_expired(void *data)
{
	struct vcpu *v = data;

	if (__atomic_load_n(&v->pause_flags, __ATOMIC_ACQUIRE) & VCPU_PAUSED_POLLING)
		vcpu_unblock(v);
}

/* Ticks when a period has passed, and starts the next one. */
static void periodic_tick(struct vcpu *v, uint64_t now)
{
	uint64_t period = v->sched->periodic_armed;

	if (now >= v->periodic_last_ns + period) {
		v->periodic_last_ns = now;
		event_send_virq_vcpu(v, VIRQ_TIMER);
	}
	timer_set(&v->periodic_timer, v->periodic_last_ns + period);
}

static void periodic_expired(void *data)
{
	struct vcpu *v = data;

	/* It may have left the CPU since: then vtimers_resume() sees to it. */
	if (v->is_running && v->sched->periodic_armed)
		periodic_tick(v, time_now_ns());
}

void vtimers_init(struct vcpu *v, unsigned int cpu)
{
	timer_init(&v->singleshot_timer, singleshot_expired, v, cpu);
	timer_init(&v->periodic_timer, periodic_expired, v, cpu);
	timer_init(&v->poll_timer, poll_expired, v, cpu);
	v->periodic_period_ns = PERIODIC_DEFAULT_NS;
	v->periodic_last_ns = time_now_ns();
}

void vtimers_kill(struct vcpu *v)
{
	timer_kill(&v->singleshot_timer);
	timer_kill(&v->periodic_timer);
	timer_kill(&v->poll_timer);
}

void vtimers_migrate(struct vcpu *v, unsigned int cpu)
{
	timer_migrate(&v->singleshot_timer, cpu);
	timer_migrate(&v->periodic_timer, cpu);
	timer_migrate(&v->poll_timer, cpu);
	if (v->domain->is_hardware)
		event_move_pirqs(v);
}

void vtimers_resume(struct vcpu *v)
{
	unsigned int cpu = cpu_this();

	if (unlikely(v->singleshot_timer.cpu != cpu))
		vtimers_migrate(v, cpu);
	v->sched->periodic_armed = __atomic_load_n(&v->periodic_period_ns, __ATOMIC_RELAXED);
	if (v->sched->periodic_armed)
		periodic_tick(v, time_now_ns());
}

void vtimers_suspend(struct vcpu *v)
{
	if (v->sched->periodic_armed) {
		v->sched->periodic_armed = 0;
		timer_stop(&v->periodic_timer);
	}
}

void vcpu_set_periodic_timer(struct vcpu *v, uint64_t period_ns)
{
	__atomic_store_n(&v->periodic_period_ns, period_ns, __ATOMIC_RELAXED);
	v->periodic_last_ns = time_now_ns();
	/* The CPU that runs it takes the new period over in schedule(). */
	if (v->is_running)
		softirq_raise_cpu(v->processor, SOFTIRQ_SCHEDULE);
}

static uint64_t timeout_unwrap(uint64_t timeout_ns)
{
	uint64_t now = time_now_ns();

	return timeout_ns > now && timeout_ns - now > TIMEOUT_MAX_NS ? now + TIMEOUT_WRAPPED_NS
								     : timeout_ns;
}

int64_t hypercall_set_timer_op(uint64_t timeout_ns)
{
	struct vcpu *v = current_vcpu();

	if (timeout_ns == 0) {
		timer_stop(&v->singleshot_timer);
		return 0;
	}
	/* Negative is long past. */
	if ((int64_t)timeout_ns < 0)
		timeout_ns = 1;
	/* The clock is read only where it can matter. */
	if (unlikely(timeout_ns > TIMEOUT_MAX_NS))
		timeout_ns = timeout_unwrap(timeout_ns);
	timer_set(&v->singleshot_timer, timeout_ns);
	return 0;
}
