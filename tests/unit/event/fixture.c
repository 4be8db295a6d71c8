/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "../../../hypervisor/event/event_internal.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/hypercall.h"
#include "hv/irq.h"

struct domain *guest, *control;
unsigned int pirq_binds, pirq_unbinds;
int pirq_bind_error;

static unsigned int objects_at_start;

/* Threads take references. */

bool domain_get(struct domain *d)
{
	__atomic_fetch_add(&d->references, 1, __ATOMIC_SEQ_CST);
	return true;
}

void domain_put(struct domain *d)
{
	if (__atomic_fetch_sub(&d->references, 1, __ATOMIC_SEQ_CST) == 0)
		abort();
}

struct domain *domain_get_by_id(domid_t id)
{
	struct domain *d = id == GUEST_ID ? guest : id == 0 ? control : NULL;

	return d && domain_get(d) ? d : NULL;
}

uint32_t pirq_nr(const struct domain *d)
{
	return d->is_hardware ? NR_PIRQS : 0;
}

int pirq_bind(struct vcpu *v, uint32_t pirq, bool will_share)
{
	pirq_binds++;
	return pirq_bind_error;
}

void pirq_unbind(struct domain *d, uint32_t pirq)
{
	pirq_unbinds++;
}

void pirq_set_affinity(struct domain *d, uint32_t pirq, struct vcpu *v) {}

static int module_start(struct domain *d, uint32_t max_port)
{
	const struct domain_create_arguments arguments = {.id = d->id, .max_event_port = max_port};
	struct vcpu *v;
	int error = event_module_registration->init_domain(d, &arguments);

	for_each_vcpu(d, v) if (!error) error = event_module_registration->init_vcpu(v);
	return error;
}

static bool module_end(struct domain *d)
{
	struct vcpu *v;
	int error = -ERESTART;

	d->state = DOMAIN_DYING;
	for (unsigned int i = 0; error == -ERESTART && i < 10000; i++)
		error = event_module_registration->relinquish(d);
	if (error)
		return false;
	for_each_vcpu(d, v) event_module_registration->fini_vcpu(v);
	event_module_registration->fini_domain(d);
	return true;
}

void fixture_start(uint32_t max_port)
{
	fake_machine_start();
	objects_at_start = fake_heap_nr_objects();
	pirq_binds = pirq_unbinds = 0;
	pirq_bind_error = 0;
	control = fake_domain_create(0, 1);
	control->is_control = control->is_hardware = true;
	guest = fake_domain_create(GUEST_ID, NR_GUEST_VCPUS);
	hardware_domain = control;
	if (module_start(control, UINT32_MAX) || module_start(guest, max_port))
		abort();
	fixture_act_as(guest, 0);
}

bool fixture_end(void)
{
	percpu_softirq_pending = 0;
	return module_end(guest) && module_end(control) &&
	       fake_heap_nr_objects() == objects_at_start;
}

bool fixture_creation_fails(unsigned int n)
{
	const struct domain_create_arguments arguments = {.id = 7, .max_event_port = 100};
	struct domain *d = fake_domain_create(7, 0);
	unsigned int before = fake_heap_nr_objects();
	int error;

	d->is_hardware = true;
	fake_heap_limit(n);
	error = event_module_registration->init_domain(d, &arguments);
	fake_heap_unlimit();
	if (!error)
		event_module_registration->fini_domain(d);
	if (d->event || fake_heap_nr_objects() != before)
		abort();
	return error;
}

void fixture_act_as(struct domain *d, uint32_t vcpu)
{
	fake_current_set(d->vcpu[vcpu]);
}

int64_t event_op(uint32_t command, void *argument)
{
	uint64_t arguments[2] = {command, (uint64_t)argument};

	for (;;) {
		unsigned int before = fake_rewind.count;
		int64_t result = hypercall_event_channel_op(arguments[0], arguments[1]);

		if (fake_rewind.count == before)
			return result;
		memcpy(arguments, fake_rewind.arguments, sizeof(arguments));
	}
}

int64_t op_alloc_unbound(domid_t d, domid_t remote)
{
	struct xen_evtchn_alloc_unbound a = {.dom = d, .remote_dom = remote};
	int64_t error = event_op(EVTCHNOP_alloc_unbound, &a);

	return error ? error : a.port;
}

int64_t op_bind_interdomain(domid_t remote, uint32_t port)
{
	struct xen_evtchn_bind_interdomain a = {.remote_dom = remote, .remote_port = port};
	int64_t error = event_op(EVTCHNOP_bind_interdomain, &a);

	return error ? error : a.local_port;
}

int64_t op_bind_ipi(uint32_t vcpu)
{
	struct xen_evtchn_bind_ipi a = {.vcpu = vcpu};
	int64_t error = event_op(EVTCHNOP_bind_ipi, &a);

	return error ? error : a.port;
}

int64_t op_bind_virq(uint32_t virq, uint32_t vcpu)
{
	struct xen_evtchn_bind_virq a = {.virq = virq, .vcpu = vcpu};
	int64_t error = event_op(EVTCHNOP_bind_virq, &a);

	return error ? error : a.port;
}

int64_t op_bind_pirq(uint32_t pirq)
{
	struct xen_evtchn_bind_pirq a = {.pirq = pirq};
	int64_t error = event_op(EVTCHNOP_bind_pirq, &a);

	return error ? error : a.port;
}

int64_t op_bind_vcpu(uint32_t port, uint32_t vcpu)
{
	struct xen_evtchn_bind_vcpu a = {.port = port, .vcpu = vcpu};

	return event_op(EVTCHNOP_bind_vcpu, &a);
}

int64_t op_close(uint32_t port)
{
	struct xen_evtchn_close a = {.port = port};

	return event_op(EVTCHNOP_close, &a);
}

int64_t op_send(uint32_t port)
{
	struct xen_evtchn_send a = {.port = port};

	return event_op(EVTCHNOP_send, &a);
}

int64_t op_unmask(uint32_t port)
{
	struct xen_evtchn_unmask a = {.port = port};

	return event_op(EVTCHNOP_unmask, &a);
}

int64_t op_reset(domid_t d)
{
	struct xen_evtchn_reset a = {.dom = d};

	return event_op(EVTCHNOP_reset, &a);
}

int64_t op_status(domid_t d, uint32_t port, struct xen_evtchn_status *status)
{
	memset(status, 0, sizeof(*status));
	status->dom = d;
	status->port = port;
	return event_op(EVTCHNOP_status, status);
}

int64_t op_init_control(uint64_t gfn, uint32_t offset, uint32_t vcpu)
{
	struct xen_evtchn_init_control a = {.control_gfn = gfn, .offset = offset, .vcpu = vcpu};

	return event_op(EVTCHNOP_init_control, &a);
}

int64_t op_expand_array(uint64_t gfn)
{
	struct xen_evtchn_expand_array a = {.array_gfn = gfn};

	return event_op(EVTCHNOP_expand_array, &a);
}

int64_t op_set_priority(uint32_t port, uint32_t priority)
{
	struct xen_evtchn_set_priority a = {.port = port, .priority = priority};

	return event_op(EVTCHNOP_set_priority, &a);
}

bool port_is_pending(const struct domain *d, uint32_t port)
{
	return d->shared_info->evtchn_pending[port / 64] >> port % 64 & 1;
}

void port_set_mask(struct domain *d, uint32_t port, bool masked)
{
	uint64_t bit = 1UL << port % 64, *word = &d->shared_info->evtchn_mask[port / 64];

	*word = masked ? *word | bit : *word & ~bit;
}

void two_levels_clear(struct domain *d)
{
	memset(d->shared_info->evtchn_pending, 0, sizeof(d->shared_info->evtchn_pending));
}

static bool channel_is_consistent(const struct domain *d, const struct event_channel *channel)
{
	const struct event_channel *peer;

	if (!d->vcpu[channel->vcpu] || !d->vcpu[channel->last_vcpu] ||
	    channel->priority >= EVTCHN_FIFO_MAX_QUEUES)
		return false;
	switch (channel->state) {
	case CHANNEL_INTERDOMAIN:
		peer = channel_find(channel->remote.d, channel->remote.port);
		return peer && peer->state == CHANNEL_INTERDOMAIN && peer->remote.d == d &&
		       peer->remote.port == channel->port;
	case CHANNEL_VIRQ:
		return d->vcpu[0]->virq_to_port[channel->virq] == channel->port ||
		       d->vcpu[channel->vcpu]->virq_to_port[channel->virq] == channel->port;
	case CHANNEL_PIRQ:
		return d->event->port_of_pirq[channel->pirq] == channel->port;
	default:
		return true;
	}
}

static bool domain_is_consistent(const struct domain *d)
{
	uint32_t nr_in_use = 0;

	for (uint32_t port = 0; port < d->event->nr_ports; port++) {
		const struct event_channel *channel = channel_find(d, port);

		if (channel->port != port || !channel_is_consistent(d, channel))
			return false;
		if (channel->state == CHANNEL_FREE && port &&
		    !(d->event->has_free[port / CHANNELS_PER_BUCKET / 64] >>
			      (port / CHANNELS_PER_BUCKET % 64) &
		      1))
			return false;
		nr_in_use += channel->state != CHANNEL_FREE;
	}
	return nr_in_use == d->event->nr_in_use;
}

bool fixture_is_consistent(void)
{
	return domain_is_consistent(guest) && domain_is_consistent(control);
}
