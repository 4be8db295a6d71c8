/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of a domain. Killed: no new resources, all given back in steps that
 * a softirq may interrupt. Dead: nothing left but references, among them those
 * of its memory that other domains map: its pages have one together, each page
 * that was shared with it has its own. Freed: by a tasklet after the last one,
 * wherever that was dropped.
 */
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "lifecycle.h"

static void killing_start(struct domain *d)
{
	domain_pause(d);
	spin_lock(&d->lock);
	__atomic_store_n(&d->state, DOMAIN_DYING, __ATOMIC_RELEASE);
	spin_unlock(&d->lock);
}

static void infos_unregister(struct domain *d)
{
	struct vcpu *v;

	for_each_vcpu(d, v) vcpu_unregister_info(v);
}

/* Drops the owner's reference of every page. Those that others map stay on the list, so how many are left to see is kept apart. */
static int pages_relinquish(struct domain *d)
{
	if (!d->relinquish_left)
		d->relinquish_left = d->page_list.nr_pages;
	while (d->relinquish_left) {
		uint64_t seen = heap_release_domain_pages(d, d->relinquish_left);

		/* Those that go by their last mapping meanwhile are not seen. */
		d->relinquish_left = seen ? d->relinquish_left - seen : 0;
		if (d->relinquish_left && softirq_is_pending())
			return -ERESTART;
	}
	return 0;
}

static int claim_relinquish(struct domain *d)
{
	/* What it was promised and didn't get is everybody's again; it gets no new promise. */
	return heap_set_claim(d, 0);
}

static int infos_relinquish(struct domain *d)
{
	infos_unregister(d);
	return 0;
}

/*
 * Each until it is done, and none again: some look at every page. Tables come
 * a second time, for what the tools were pinning as it began to die.
 */
static int (*const kill_stages[])(struct domain *d) = {
	claim_relinquish, domain_modules_relinquish, arch_domain_relinquish,
	infos_relinquish, pages_relinquish,	     arch_domain_relinquish,
};

int domain_kill(struct domain *d)
{
	if (d == current_vcpu()->domain || d->is_hardware)
		return -EINVAL;
	if (d->state == DOMAIN_DEAD)
		return 0;
	if (d->state == DOMAIN_ALIVE)
		killing_start(d);
	for (; d->kill_stage < ARRAY_SIZE(kill_stages); d->kill_stage++) {
		int rc = kill_stages[d->kill_stage](d);

		if (rc)
			return rc;
	}
	d->vcpus_left = d->max_vcpus;
	__atomic_store_n(&d->state, DOMAIN_DEAD, __ATOMIC_RELEASE);
	domain_notify_state(d);
	/* The domain's own reference is shared_info's from here on, which others may map. */
	heap_unshare_when_unused(d->shared_info);
	return 0;
}

static int vcpus_destroy(struct domain *d)
{
	while (d->vcpus_left) {
		uint32_t id = --d->vcpus_left;

		if (!d->vcpu[id])
			continue;
		vcpu_destroy(d->vcpu[id]);
		d->vcpu[id] = NULL;
		if (softirq_is_pending() && d->vcpus_left)
			return -ERESTART;
	}
	return 0;
}

/* Nobody finds it any more; its number stays taken until it's all gone. Comes again while there is something left. */
void domain_destroy(void *domain)
{
	struct domain *d = domain;

	BUG_ON(d->state != DOMAIN_DEAD);
	if (domain_modules_drain(d) || vcpus_destroy(d)) {
		tasklet_schedule(&d->destroy_tasklet);
		return;
	}
	/* Who waits for the end of it looks now. */
	domain_notify_state(d);
	domain_destroy_parts(d);
	domain_table_remove(d);
	domain_struct_free(d);
}

void domain_init_destroy(struct domain *d)
{
	tasklet_init(&d->destroy_tasklet, domain_destroy, d);
}
