/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for domain/, sched/ and event/ as neighbours: counts what was asked of them. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/format.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "hv/sched.h"

#define NR_DOMAINS 16

struct fake_calls fake_calls;
__attribute__((weak)) struct domain *idle_domain, *hardware_domain, *io_domain, *hypervisor_domain;

static struct domain *domains[NR_DOMAINS];

static void *pages_for(size_t bytes)
{
	unsigned int order = 0;
	void *p;

	while ((PAGE_SIZE << order) < bytes)
		order++;
	p = heap_alloc(order, 0);
	if (!p)
		abort();
	return p;
}

static struct vcpu *vcpu_create(struct domain *d, uint32_t id)
{
	struct vcpu *v = pages_for(sizeof(*v));

	v->domain = d;
	v->id = id;
	v->is_initialised = true;
	v->info = id < XEN_LEGACY_MAX_VCPUS ? &d->shared_info->vcpu_info[id]
					    : pages_for(sizeof(struct xen_vcpu_info));
	return v;
}

static void domain_remember(struct domain *d)
{
	for (unsigned int i = 0; i < NR_DOMAINS; i++) {
		/* Those of the test before lie in an arena that is gone. */
		if (domains[i] && (uint64_t)domains[i] - DIRECT_MAP_START < DIRECT_MAP_BYTES &&
		    domains[i] != d && domains[i]->id != d->id && domains[i]->references)
			continue;
		domains[i] = d;
		return;
	}
	abort();
}

struct domain *fake_domain_create(domid_t id, uint32_t nr_vcpus)
{
	struct domain *d = pages_for(sizeof(*d));

	d->id = id;
	d->references = 1;
	d->max_vcpus = nr_vcpus;
	d->max_pages = UINT32_MAX;
	d->lock.class = LOCK_domain;
	d->page_lock.class = LOCK_page_list;
	d->page_list = (struct page_list)PAGE_LIST_INIT;
	d->shared_list = (struct page_list)PAGE_LIST_INIT;
	d->shared_info = pages_for(PAGE_SIZE);
	d->shared_info_mfn = virt_to_mfn(d->shared_info);
	d->vcpu = pages_for(nr_vcpus * sizeof(d->vcpu[0]) + 1);
	for (uint32_t n = 0; n < nr_vcpus; n++)
		d->vcpu[n] = vcpu_create(d, n);
	domain_remember(d);
	return d;
}

__attribute__((weak)) struct domain *domain_get_by_id(domid_t id)
{
	for (unsigned int i = 0; i < NR_DOMAINS; i++) {
		struct domain *d = domains[i];

		if (!d || (uint64_t)d - DIRECT_MAP_START >= DIRECT_MAP_BYTES || d->id != id)
			continue;
		d->references++;
		return d;
	}
	return NULL;
}

__attribute__((weak)) struct domain *domain_get_by_id_or_self(domid_t id)
{
	return domain_get_by_id(id == DOMID_SELF ? current_vcpu()->domain->id : id);
}

__attribute__((weak)) bool domain_get(struct domain *d)
{
	d->references++;
	return true;
}

__attribute__((weak)) void domain_put(struct domain *d)
{
	if (d->references == 0)
		abort();
	d->references--;
}

__attribute__((weak)) void domain_crash(struct domain *d, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	hv_vsnprintf(fake_calls.crash_reason, sizeof(fake_calls.crash_reason), format, args);
	va_end(args);
	fake_calls.crashes++;
	fake_calls.last_domain = d;
}

__attribute__((weak)) void domain_shutdown(struct domain *d, uint32_t code)
{
	fake_calls.shutdowns++;
	fake_calls.last_domain = d;
	fake_calls.last_number = code;
}

static void vcpu_note(unsigned int *counter, struct vcpu *v)
{
	(*counter)++;
	fake_calls.last_vcpu = v;
	fake_calls.last_domain = v->domain;
}

__attribute__((weak)) void vcpu_kick(struct vcpu *v)
{
	vcpu_note(&fake_calls.kicks, v);
}

__attribute__((weak)) void vcpu_mark_events_pending(struct vcpu *v)
{
	v->info->evtchn_upcall_pending = 1;
	vcpu_kick(v);
}

__attribute__((weak)) void vcpu_wake(struct vcpu *v)
{
	vcpu_note(&fake_calls.wakes, v);
}

__attribute__((weak)) void vcpu_unblock(struct vcpu *v)
{
	vcpu_note(&fake_calls.unblocks, v);
}

__attribute__((weak)) void vcpu_sleep_nosync(struct vcpu *v)
{
	vcpu_note(&fake_calls.sleeps, v);
}

__attribute__((weak)) void vcpu_sleep_sync(struct vcpu *v)
{
	vcpu_note(&fake_calls.sleeps, v);
}

__attribute__((weak)) void vcpu_block(void)
{
	fake_calls.blocks++;
}

__attribute__((weak)) void domain_pause(struct domain *d)
{
	d->controller_pause_count++;
}

__attribute__((weak)) void domain_pause_nosync(struct domain *d)
{
	d->controller_pause_count++;
}

__attribute__((weak)) void domain_unpause(struct domain *d)
{
	d->controller_pause_count--;
}

__attribute__((weak)) void vcpu_pause(struct vcpu *v)
{
	v->pause_count++;
}

__attribute__((weak)) void vcpu_pause_nosync(struct vcpu *v)
{
	v->pause_count++;
}

__attribute__((weak)) void vcpu_unpause(struct vcpu *v)
{
	v->pause_count--;
}

__attribute__((weak)) int event_send(struct domain *d, uint32_t port)
{
	fake_calls.sends++;
	fake_calls.last_domain = d;
	fake_calls.last_number = port;
	return 0;
}

__attribute__((weak)) void event_send_virq_vcpu(struct vcpu *v, uint32_t virq)
{
	vcpu_note(&fake_calls.virqs, v);
	fake_calls.last_number = virq;
}

__attribute__((weak)) void event_send_virq_global(uint32_t virq)
{
	fake_calls.virqs++;
	fake_calls.last_domain = hardware_domain;
	fake_calls.last_number = virq;
}

__attribute__((weak)) int64_t hypercall_continue(uint32_t number, unsigned int nr_arguments,
						 const uint64_t *arguments)
{
	arch_hypercall_rewind(number, nr_arguments, arguments);
	return -ERESTART;
}

__attribute__((weak)) int permission_check(enum permission permission)
{
	struct domain *d = current_vcpu()->domain;

	if (permission == ALLOW_ANY || (permission == ALLOW_CONTROL && d->is_control) ||
	    (permission == ALLOW_HARDWARE && d->is_hardware))
		return 0;
	return -EPERM;
}
