/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The income side of the credit policy: each period, the run time of all CPUs
 * is shared among the domains that used any, by weight, each limited by its
 * cap and by what its units may save up; what one can't take goes to the
 * others. Within a domain all units get the same.
 *
 * Units that never sleep must not save up together, or they would all be UNDER
 * their share and nothing would tell them apart: what they have in sum is
 * taken off the next income.
 */
#include "credit.h"
#include "hv/softirq.h"

#define DISTRIBUTE_ROUNDS 16

uint32_t credit_epoch;

static struct {
	struct spinlock lock;
	struct list_node domains; /* credit_domain.share.node of those with active units */
	uint64_t last_ns;
	bool is_running; /* the timer is set */
	struct timer timer;
} account;

static uint64_t capacity_ns(uint64_t elapsed_ns)
{
	return elapsed_ns * bitmap_weight(cpus_online.bits, NR_CPUS);
}

/* Those whose share is more than they can take get just that. True when there was one. */
static bool shares_fill(struct list_node *shares, uint64_t *amount, uint64_t *weights)
{
	uint64_t amount_before = *amount, weights_before = *weights;
	bool was_any = false;
	struct credit_share *share;

	list_for_each_entry(share, shares, node)
	{
		if (share->is_full ||
		    amount_before * share->weight / weights_before < share->room_ns)
			continue;
		share->is_full = true;
		share->given_ns = share->room_ns;
		*amount -= share->room_ns;
		*weights -= share->weight;
		was_any = true;
	}
	return was_any;
}

void credit_distribute(struct list_node *shares, uint64_t amount_ns)
{
	struct credit_share *share;
	uint64_t weights = 0;

	list_for_each_entry(share, shares, node)
	{
		share->is_full = false;
		share->given_ns = 0;
		weights += share->weight;
	}
	for (unsigned int round = 0; weights && round < DISTRIBUTE_ROUNDS; round++)
		if (!shares_fill(shares, &amount_ns, &weights))
			break;
	list_for_each_entry(share, shares, node) if (!share->is_full)
		share->given_ns = MIN(amount_ns * share->weight / weights, share->room_ns);
}

/* Most that a unit may save up. A capped one only what it may use in a period, and a bit for a late timer. */
static int64_t credit_max(uint32_t cap)
{
	uint64_t capped = (CREDIT_PERIOD_NS + CREDIT_PERIOD_NS / 4) * cap / 100;

	return (int64_t)(cap ? MIN(capped, CREDIT_MAX_NS) : CREDIT_MAX_NS);
}

/* What it has, less what it runs up just now. */
static int64_t credit_now(const struct credit_unit *cu, uint64_t now)
{
	uint64_t since = __atomic_load_n(&cu->burnt_until_ns, __ATOMIC_RELAXED);
	int64_t credit = __atomic_load_n(&cu->credit_ns, __ATOMIC_RELAXED);

	return since && now > since ? credit - (int64_t)(now - since) : credit;
}

static bool unit_is_in_use(struct credit_unit *cu)
{
	return __atomic_exchange_n(&cu->was_used, false, __ATOMIC_RELAXED) ||
	       READ_ONCE(cu->unit.vcpu->runstate.state) <= RUNSTATE_runnable;
}

static void unit_deactivate(struct credit_unit *cu)
{
	struct credit_domain *cd = credit_domain_of(cu->unit.vcpu);

	cu->is_active = false;
	cd->nr_active--;
	list_remove(&cu->share.node);
	if (list_is_empty(&cd->active_units))
		list_remove(&cd->share.node);
}

static struct credit_unit *unit_of_share(struct credit_share *share)
{
	return container_of(share, struct credit_unit, share);
}

/* Virtual time's rate of the domain's units, from its weight. */
static uint32_t vtime_rate(const struct credit_domain *cd)
{
	uint64_t rate = (uint64_t)CREDIT_RATE_ONE * CREDIT_WEIGHT_DEFAULT * cd->nr_active;

	rate /= READ_ONCE(cd->sd.parameters.weight);
	return (uint32_t)MAX(rate, 1);
}

/* Room of the domain's units; those that did nothing leave. Adds up in *saved_ns what its never sleeping units have. */
static void domain_assess(struct credit_domain *cd, uint64_t now, uint64_t elapsed,
			  int64_t *saved_ns)
{
	uint32_t cap = READ_ONCE(cd->sd.parameters.cap);
	struct credit_share *share, *following;
	uint64_t room = 0;

	list_for_each_entry_safe(share, following, &cd->active_units, node)
	{
		struct credit_unit *cu = unit_of_share(share);
		int64_t has = credit_now(cu, now), left = credit_max(cap) - has;

		if (!unit_is_in_use(cu)) {
			unit_deactivate(cu);
			continue;
		}
		if (!__atomic_exchange_n(&cu->has_slept, false, __ATOMIC_RELAXED) && !cap)
			*saved_ns += has;
		share->room_ns = left > 0 ? (uint64_t)left : 0;
		room += share->room_ns;
	}
	cd->share.room_ns = cap ? MIN(room, elapsed * cap / 100) : room;
	cd->share.weight = READ_ONCE(cd->sd.parameters.weight);
}

static void domain_pay(struct credit_domain *cd)
{
	uint32_t rate = vtime_rate(cd);
	struct credit_share *share;

	credit_distribute(&cd->active_units, cd->share.given_ns);
	list_for_each_entry(share, &cd->active_units, node)
	{
		struct credit_unit *cu = unit_of_share(share);

		__atomic_add_fetch(&cu->credit_ns, (int64_t)share->given_ns, __ATOMIC_RELAXED);
		__atomic_store_n(&cu->vtime_rate, rate, __ATOMIC_RELAXED);
	}
}

static void account_all(uint64_t now)
{
	uint64_t elapsed = now - account.last_ns, income = capacity_ns(elapsed);
	struct credit_share *share, *following;
	int64_t saved = 0;

	account.last_ns = now;
	list_for_each_entry_safe(share, following, &account.domains, node) domain_assess(
		container_of(share, struct credit_domain, share), now, elapsed, &saved);
	if (saved > 0)
		income -= MIN(income, (uint64_t)saved);
	credit_distribute(&account.domains, income);
	list_for_each_entry(share, &account.domains, node)
		domain_pay(container_of(share, struct credit_domain, share));
	__atomic_add_fetch(&credit_epoch, 1, __ATOMIC_RELEASE);
}

static void queue_look_again(unsigned int cpu, bool is_any_waiting)
{
	if (is_any_waiting || READ_ONCE(per_cpu(credit_queue, cpu).nr_parked))
		softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

/* Where somebody waits the order may have changed; and who runs elsewhere may now have to give way to him. */
static void queues_look_again(void)
{
	bool is_any_waiting = !bitmap_is_empty(sched_cpus_waiting.bits, nr_cpus);
	unsigned int cpu;

	for_each_online_cpu(cpu) queue_look_again(cpu, is_any_waiting);
}

static void account_expired(void *data)
{
	uint64_t flags = spin_lock_irqsave(&account.lock);
	uint64_t now = time_now_ns();

	account_all(now);
	account.is_running = !list_is_empty(&account.domains);
	if (account.is_running)
		timer_set(&account.timer, now + CREDIT_PERIOD_NS);
	spin_unlock_irqrestore(&account.lock, flags);
	queues_look_again();
}

void credit_activate(struct credit_unit *cu)
{
	struct credit_domain *cd = credit_domain_of(cu->unit.vcpu);
	uint64_t flags = spin_lock_irqsave(&account.lock);

	if (!cu->is_active) {
		cu->is_active = true;
		if (list_is_empty(&cd->active_units))
			list_add_tail(&account.domains, &cd->share.node);
		list_add_tail(&cd->active_units, &cu->share.node);
		cd->nr_active++;
	}
	if (!account.is_running) {
		account.is_running = true;
		account.last_ns = time_now_ns();
		timer_set(&account.timer, account.last_ns + CREDIT_PERIOD_NS);
	}
	spin_unlock_irqrestore(&account.lock, flags);
}

void credit_deactivate(struct credit_unit *cu)
{
	uint64_t flags = spin_lock_irqsave(&account.lock);

	if (cu->is_active)
		unit_deactivate(cu);
	spin_unlock_irqrestore(&account.lock, flags);
}

void credit_account_init(void)
{
	spinlock_init(&account.lock, LOCK_scheduler_account);
	list_init(&account.domains);
	account.is_running = false;
	timer_init(&account.timer, account_expired, NULL, cpu_this());
}
