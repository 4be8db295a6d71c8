/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debug key q: what every domain and vcpu is doing. Reads without locks: for a machine that may be stuck. */
#include "hv/console.h"
#include "hv/domain.h"
#include "hv/printk.h"
#include "hv/time.h"

static void dump_times(const struct vcpu *v)
{
	uint64_t now = time_now_ns(), ms[4];

	for (int i = 0; i < 4; i++) {
		uint64_t ns = v->runstate.time[i];

		if (v->runstate.state == i && now > v->runstate.state_entry_time)
			ns += now - v->runstate.state_entry_time;
		ms[i] = ns / NS_PER_MS;
	}
	printk_raw("          ms: %lu running, %lu runnable, %lu blocked, %lu offline\n", ms[0],
		   ms[1], ms[2], ms[3]);
}

static void dump_vcpu(const struct vcpu *v)
{
	const struct xen_vcpu_info *info = v->info;

	printk_raw(
		"  vcpu %u: CPU %u %s, flags %lx, pauses %u, rip %lx, events %s%s, selector %lx\n",
		v->id, v->processor, v->is_running ? "running" : "not running", v->pause_flags,
		v->pause_count, v->arch.registers.rip,
		info->evtchn_upcall_pending ? "pending" : "none",
		info->evtchn_upcall_mask ? ", masked" : "", info->evtchn_pending_sel);
	printk_raw("          poll %x, runstate %d, timer %lu (%s)\n", v->poll_event,
		   v->runstate.state, v->singleshot_timer.expires_ns,
		   timer_is_active(&v->singleshot_timer) ? "set" : "not set");
	dump_times(v);
}

/* What a CPU's idle vcpu did not run, its guests and the hypervisor did. */
static void dump_idle(void)
{
	const struct vcpu *v;

	for_each_vcpu(idle_domain, v)
	{
		printk_raw("idle CPU %u %s\n", v->id,
			   v->runstate.state == RUNSTATE_running ? "now" : "not now");
		dump_times(v);
	}
}

static void dump_domain(const struct domain *d)
{
	struct vcpu *v;

	printk_raw("domain %u: state %u, pauses %u, references %u, pages %u of %u\n", d->id,
		   d->state, d->pause_count, d->references, d->tot_pages, d->max_pages);
	for_each_vcpu(d, v)
	{
		dump_vcpu(v);
	}
}

static void dump_domains(char key)
{
	domid_t next = 0;

	(void)key;
	for (;;) {
		struct domain *d = domain_get_from(next);

		if (!d)
			break;
		dump_domain(d);
		next = (domid_t)(d->id + 1);
		domain_put(d);
	}
	dump_idle();
}

void domain_dump_init(void)
{
	key_register('q', dump_domains, "domains and vcpus");
}
