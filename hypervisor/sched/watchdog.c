/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SCHEDOP_watchdog: a domain that doesn't poke its watchdog in time is shut down. */
#include "hv/errno.h"
#include "hv/printk.h"
#include "hv/time.h"
#include "policy.h"

static void watchdog_expired(void *data)
{
	struct domain *d = data;

	printk_guest(LOG_WARNING, "d%u: its watchdog was not poked in time\n", d->id);
	domain_shutdown(d, SHUTDOWN_watchdog);
}

void watchdogs_init(struct sched_domain *sd, struct domain *d)
{
	for (unsigned int i = 0; i < NR_WATCHDOGS; i++)
		timer_init(&sd->watchdogs[i], watchdog_expired, d, cpu_this());
}

void watchdogs_kill(struct sched_domain *sd)
{
	for (unsigned int i = 0; i < NR_WATCHDOGS; i++)
		timer_kill(&sd->watchdogs[i]);
}

static void watchdog_arm(struct sched_domain *sd, unsigned int index, uint32_t timeout_seconds)
{
	timer_set(&sd->watchdogs[index], time_now_ns() + timeout_seconds * NS_PER_SECOND);
}

static int watchdog_create(struct sched_domain *sd, uint32_t timeout_seconds)
{
	for (unsigned int i = 0; i < NR_WATCHDOGS; i++) {
		if (__atomic_exchange_n(&sd->watchdog_is_used[i], true, __ATOMIC_SEQ_CST))
			continue;
		watchdog_arm(sd, i, timeout_seconds);
		return (int)i + 1;
	}
	return -ENOSPC;
}

int watchdog_set(struct domain *d, uint32_t id, uint32_t timeout_seconds)
{
	struct sched_domain *sd = d->sched;

	if (id > NR_WATCHDOGS)
		return -EINVAL;
	if (id == 0)
		return timeout_seconds ? watchdog_create(sd, timeout_seconds) : -EINVAL;
	if (!__atomic_load_n(&sd->watchdog_is_used[id - 1], __ATOMIC_SEQ_CST))
		return -EINVAL;
	if (timeout_seconds) {
		watchdog_arm(sd, id - 1, timeout_seconds);
	} else {
		timer_stop(&sd->watchdogs[id - 1]);
		__atomic_store_n(&sd->watchdog_is_used[id - 1], false, __ATOMIC_SEQ_CST);
	}
	return 0;
}
