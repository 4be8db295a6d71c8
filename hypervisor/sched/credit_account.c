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
 *
 * One accounting goes through the domains several times, in steps of some
 * hundred units each. Between steps the lock is free and guests run.
 */
#include "credit.h"
#include "hv/softirq.h"

#define DISTRIBUTE_ROUNDS 16
/* A domain is looked at in one go: a step may be longer by its units. */
#define STEP_UNITS 256
#define STEP_PAUSE_NS (100 * NS_PER_US)

static struct credit_pool *pool_of_account(struct credit_account *account)
{
	return container_of(account, struct credit_pool, account);
}

static uint64_t capacity_ns(struct credit_account *account)
{
	struct cpumask cpus = pool_of_account(account)->pool.cpus;

	for (size_t i = 0; i < ARRAY_SIZE(cpus.bits); i++)
		cpus.bits[i] &= cpus_online.bits[i];
	return account->elapsed_ns * bitmap_weight(cpus.bits, NR_CPUS);
}

static void round_begin(struct credit_distribution *left)
{
	left->amount_before = left->amount;
	left->weights_before = left->weights;
	left->was_any = false;
}

/* One whose share is more than it can take gets just that. */
static void share_fill(struct credit_distribution *left, struct credit_share *share)
{
	if (share->is_full ||
	    left->amount_before * share->weight / left->weights_before < share->room_ns)
		return;
	share->is_full = true;
	share->given_ns = share->room_ns;
	left->amount -= share->room_ns;
	left->weights -= share->weight;
	left->was_any = true;
}

/* True when another round may fill more. */
static bool round_end(struct credit_distribution *left)
{
	return left->was_any && left->weights && ++left->round < DISTRIBUTE_ROUNDS;
}

static void share_settle(const struct credit_distribution *left, struct credit_share *share)
{
	if (!share->is_full && share->weight)
		share->given_ns = MIN(left->amount * share->weight / left->weights, share->room_ns);
}

void credit_distribute(struct list_node *shares, uint64_t amount_ns)
{
	struct credit_distribution left = {.amount = amount_ns};
	struct credit_share *share;

	list_for_each_entry(share, shares, node)
	{
		share->is_full = false;
		share->given_ns = 0;
		left.weights += share->weight;
	}
	if (left.weights == 0)
		return;
	do {
		round_begin(&left);
		list_for_each_entry(share, shares, node) share_fill(&left, share);
	} while (round_end(&left));
	list_for_each_entry(share, shares, node) share_settle(&left, share);
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

static void unit_deactivate(struct credit_account *account, struct credit_unit *cu)
{
	struct credit_domain *cd = credit_domain_of(cu->unit.vcpu);

	cu->is_active = false;
	cd->nr_active--;
	list_remove(&cu->share.node);
	if (!list_is_empty(&cd->active_units))
		return;
	if (account->cursor == &cd->share.node)
		account->cursor = cd->share.node.next;
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

/* Room of the domain's units; those that did nothing leave. Adds up what its never sleeping units have saved. */
static void domain_assess(struct credit_account *account, struct credit_domain *cd)
{
	uint32_t cap = READ_ONCE(cd->sd.parameters.cap);
	struct credit_share *share, *following;
	uint64_t room = 0, now = time_now_ns();

	list_for_each_entry_safe(share, following, &cd->active_units, node)
	{
		struct credit_unit *cu = unit_of_share(share);
		int64_t has = credit_now(cu, now), left = credit_max(cap) - has;

		if (!unit_is_in_use(cu)) {
			unit_deactivate(account, cu);
			continue;
		}
		if (!__atomic_exchange_n(&cu->has_slept, false, __ATOMIC_RELAXED) && !cap)
			account->saved_ns += has;
		share->room_ns = left > 0 ? (uint64_t)left : 0;
		room += share->room_ns;
	}
	cd->share.room_ns = cap ? MIN(room, account->elapsed_ns * cap / 100) : room;
	cd->share.weight = READ_ONCE(cd->sd.parameters.weight);
	cd->share.given_ns = 0;
	cd->share.is_full = list_is_empty(&cd->active_units);
	if (!cd->share.is_full)
		account->distribution.weights += cd->share.weight;
}

static void domain_fill(struct credit_account *account, struct credit_domain *cd)
{
	share_fill(&account->distribution, &cd->share);
}

static void domain_pay(struct credit_account *account, struct credit_domain *cd)
{
	uint32_t rate = vtime_rate(cd);
	struct credit_share *share;

	share_settle(&account->distribution, &cd->share);
	credit_distribute(&cd->active_units, cd->share.given_ns);
	list_for_each_entry(share, &cd->active_units, node)
	{
		struct credit_unit *cu = unit_of_share(share);

		__atomic_add_fetch(&cu->credit_ns, (int64_t)share->given_ns, __ATOMIC_RELAXED);
		__atomic_store_n(&cu->vtime_rate, rate, __ATOMIC_RELAXED);
	}
}

static void account_begin(struct credit_account *account, uint64_t now)
{
	account->elapsed_ns = now - account->last_ns;
	account->last_ns = now;
	account->saved_ns = 0;
	account->distribution = (struct credit_distribution){0};
	account->phase = CREDIT_ASSESS;
	account->cursor = account->domains.next;
}

/* Every domain was looked at in this phase. */
static void phase_end(struct credit_account *account)
{
	struct credit_distribution *left = &account->distribution;
	uint64_t income = capacity_ns(account);

	account->cursor = account->domains.next;
	switch (account->phase) {
	case CREDIT_ASSESS:
		if (account->saved_ns > 0)
			income -= MIN(income, (uint64_t)account->saved_ns);
		left->amount = income;
		round_begin(left);
		account->phase = left->weights ? CREDIT_FILL : CREDIT_PAY;
		return;
	case CREDIT_FILL:
		if (round_end(left))
			round_begin(left);
		else
			account->phase = CREDIT_PAY;
		return;
	default:
		account->phase = CREDIT_NR_PHASES;
		__atomic_add_fetch(&pool_of_account(account)->epoch, 1, __ATOMIC_RELEASE);
	}
}

/* True when the accounting is over. */
static bool account_step(struct credit_account *account)
{
	static void (*const visits[CREDIT_NR_PHASES])(struct credit_account * account,
						      struct credit_domain * cd) = {
		[CREDIT_ASSESS] = domain_assess,
		[CREDIT_FILL] = domain_fill,
		[CREDIT_PAY] = domain_pay,
	};

	for (uint32_t units = 0; account->phase != CREDIT_NR_PHASES && units < STEP_UNITS;) {
		struct credit_domain *cd = container_of(account->cursor, struct credit_domain,
							share.node);

		if (account->cursor == &account->domains) {
			phase_end(account);
			continue;
		}
		account->cursor = account->cursor->next;
		units += 1 + (account->phase == CREDIT_FILL ? 0 : cd->nr_active);
		visits[account->phase](account, cd);
	}
	return account->phase == CREDIT_NR_PHASES;
}

static void queue_look_again(unsigned int cpu, bool is_any_waiting)
{
	if (is_any_waiting || READ_ONCE(per_cpu(credit_queue, cpu).nr_parked))
		softirq_raise_cpu(cpu, SOFTIRQ_SCHEDULE);
}

/* Where somebody waits the order may have changed; and who runs elsewhere may now have to give way to him. */
static void queues_look_again(const struct credit_pool *pool)
{
	bool is_any_waiting = !bitmap_is_empty(pool->waiting.bits, nr_cpus);
	unsigned int cpu;

	for_each_online_cpu(cpu)
	{
		if (mask_has(&pool->pool.cpus, cpu))
			queue_look_again(cpu, is_any_waiting);
	}
}

/* When the timer is due again; 0: not before somebody gets active. */
static uint64_t account_next(const struct credit_account *account, uint64_t now, bool is_over)
{
	if (!is_over)
		return now + STEP_PAUSE_NS;
	return list_is_empty(&account->domains) ? 0 : account->last_ns + CREDIT_PERIOD_NS;
}

static void account_expired(void *data)
{
	struct credit_account *account = data;
	uint64_t flags = spin_lock_irqsave(&account->lock);
	uint64_t now = time_now_ns(), next;
	bool is_over;

	if (account->phase == CREDIT_NR_PHASES)
		account_begin(account, now);
	is_over = account_step(account);
	next = account_next(account, now, is_over);
	account->is_running = next != 0;
	if (next)
		timer_set(&account->timer, next);
	spin_unlock_irqrestore(&account->lock, flags);
	if (is_over)
		queues_look_again(pool_of_account(account));
}

/* Who comes in the middle of an accounting gets nothing of it. */
static void domain_activate(struct credit_account *account, struct credit_domain *cd)
{
	cd->share.is_full = true;
	cd->share.given_ns = 0;
	list_add_tail(&account->domains, &cd->share.node);
}

void credit_activate(struct credit_unit *cu)
{
	struct credit_account *account = &credit_pool_of(cu->unit.vcpu)->account;
	struct credit_domain *cd = credit_domain_of(cu->unit.vcpu);
	uint64_t flags = spin_lock_irqsave(&account->lock);

	if (!cu->is_active) {
		cu->is_active = true;
		if (list_is_empty(&cd->active_units))
			domain_activate(account, cd);
		cu->share.room_ns = 0;
		list_add_tail(&cd->active_units, &cu->share.node);
		cd->nr_active++;
	}
	if (!account->is_running) {
		account->is_running = true;
		account->last_ns = time_now_ns();
		timer_set(&account->timer, account->last_ns + CREDIT_PERIOD_NS);
	}
	spin_unlock_irqrestore(&account->lock, flags);
}

void credit_deactivate(struct credit_unit *cu)
{
	struct credit_account *account = &credit_pool_of(cu->unit.vcpu)->account;
	uint64_t flags = spin_lock_irqsave(&account->lock);

	if (cu->is_active)
		unit_deactivate(account, cu);
	spin_unlock_irqrestore(&account->lock, flags);
}

void credit_account_init(struct credit_account *account)
{
	spinlock_init(&account->lock, LOCK_scheduler_account);
	list_init(&account->domains);
	account->phase = CREDIT_NR_PHASES;
	account->is_running = false;
	/* On the boot CPU, which is never taken away. */
	timer_init(&account->timer, account_expired, account, 0);
}

void credit_account_fini(struct credit_account *account)
{
	timer_kill(&account->timer);
}
