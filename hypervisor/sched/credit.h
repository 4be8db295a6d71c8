/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The credit policy's own: who has how much run time left. Credit is in ns; it
 * is handed out every period by weight (credit_account.c) and burnt by running
 * (credit.c). With credit left a unit is UNDER its share, then OVER it, or
 * PARKED when its domain has a cap. One that wakes UNDER its share is BOOSTed.
 * Credit makes CPUs fair to each other; on one CPU, units of the same grade
 * take turns by virtual time, which runs slower the more weight a unit has.
 */
#ifndef SCHED_CREDIT_H
#define SCHED_CREDIT_H

#include "hv/time.h"
#include "policy.h"

#define CREDIT_PERIOD_NS (30 * NS_PER_MS)
/* What a unit may save up. */
#define CREDIT_MAX_NS (2 * CREDIT_PERIOD_NS)

/* A new unit's, so that it needn't wait for its first income. */
#define CREDIT_START_NS ((int64_t)(10 * NS_PER_MS))
#define CREDIT_RATE_SHIFT 12
#define CREDIT_RATE_ONE (1u << CREDIT_RATE_SHIFT)
#define CREDIT_WEIGHT_DEFAULT 256

enum credit_grade { CREDIT_BOOST, CREDIT_UNDER, CREDIT_OVER, CREDIT_PARKED, CREDIT_NR_GRADES };

/* One of several that share an amount by weight, none beyond its room. */
struct credit_share {
	struct list_node node;
	uint64_t room_ns, given_ns;
	uint32_t weight;
	bool is_full;
};

struct credit_unit {
	struct sched_unit unit;
	struct list_node queue_node; /* [S] */
	uint8_t grade;		     /* the list it is on [S] */
	bool yields;		     /* [own CPU] */
	bool was_used;		     /* ran since the last accounting [a] */
	bool has_slept;		     /* woke since the last accounting [a] */
	bool is_active;		     /* takes part in the next one [scheduler_account] */
	int64_t credit_ns;	     /* [a] */
	uint64_t
		burnt_until_ns; /* running: credit is paid up to here; 0: not running [S, read at any time] */
	uint64_t slice_start_ns;   /* [S] */
	uint64_t stopped_ns;	   /* when it ran last [S] */
	uint64_t vtime;		   /* weighted CPU time, on the scale of its CPU [S] */
	uint32_t vtime_cpu;	   /* whose scale that is [S] */
	uint32_t vtime_rate;	   /* vtime per ns, CREDIT_RATE_ONE for the default weight [a] */
	struct credit_share share; /* [scheduler_account] */
};

struct credit_domain {
	struct sched_domain sd;
	struct list_node active_units; /* [scheduler_account] */
	uint32_t nr_active;	       /* [scheduler_account] */
	struct credit_share share;     /* node is linked while active_units has any */
};

/* Of shares that are filled in rounds: what is left for those that aren't full. */
struct credit_distribution {
	uint64_t amount, weights;
	uint64_t amount_before, weights_before; /* at the begin of the round */
	unsigned int round;
	bool was_any; /* in this round */
};

enum credit_phase { CREDIT_ASSESS, CREDIT_FILL, CREDIT_PAY, CREDIT_NR_PHASES };

/* The income of all domains of a pool. */
struct credit_account {
	struct spinlock lock;
	struct list_node domains; /* credit_domain.share.node of those with active units */
	struct list_node *cursor; /* the next of them to be looked at in this phase */
	enum credit_phase phase;  /* CREDIT_NR_PHASES: between accountings */
	struct credit_distribution distribution;
	int64_t saved_ns;
	uint64_t last_ns, elapsed_ns;
	bool is_running; /* the timer is set */
	struct timer timer;
};

struct credit_pool {
	struct sched_pool pool;
	struct cpumask
		waiting; /* CPUs that have vcpus waiting: set and cleared under their locks, read at any time */
	uint32_t epoch;					      /* counts accountings [a] */
	uint64_t tslice_ns, ratelimit_ns, migration_delay_ns; /* [a] each */
	struct credit_account account;			      /* [scheduler_account] */
};

struct credit_queue {
	struct credit_pool *pool;		    /* [S] */
	struct list_node waiting[CREDIT_NR_GRADES]; /* [S] */
	uint32_t nr_waiting;			    /* but the parked [S, read at any time] */
	uint32_t nr_better;			    /* BOOST and UNDER [S, read at any time] */
	uint32_t nr_parked;			    /* [S, read at any time] */
	uint64_t vtime;				    /* the latest that was chosen to run [S] */
	uint32_t epoch; /* of the accounting that the grades follow [S] */
};

DECLARE_PER_CPU(struct credit_queue, credit_queue);

static always_inline struct credit_unit *credit_unit_of(const struct vcpu *v)
{
	return container_of(v->sched, struct credit_unit, unit);
}

static always_inline struct credit_domain *credit_domain_of(const struct vcpu *v)
{
	return container_of(v->domain->sched, struct credit_domain, sd);
}

static always_inline struct credit_pool *credit_pool_of(const struct vcpu *v)
{
	return container_of(v->sched->pool, struct credit_pool, pool);
}

void credit_account_init(struct credit_account *account);
void credit_account_fini(struct credit_account *account);
/* credit_adjust.c: parameters at start and by the tools. */
void credit_init_options(struct credit_pool *pool);
int must_check credit_adjust_domain(struct domain *d, struct xen_domctl_scheduler_op *op,
				    bool puts);
int must_check credit_adjust_pool(struct sched_pool *pool, struct xen_sysctl_scheduler_op *op,
				  bool puts);
/* Takes part in accounting from now on; until it hasn't run or waited for a whole period. With the run queue's lock. */
void credit_activate(struct credit_unit *cu);
void credit_deactivate(struct credit_unit *cu);
/* Shares amount_ns among a list of credit_share by weight; what one has no room for goes to the others. Sets given_ns. Pure. */
void credit_distribute(struct list_node *shares, uint64_t amount_ns);

#endif
