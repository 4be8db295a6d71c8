/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ports are bound to: other domains, virtual and physical interrupts, other vcpus of the domain. */
#include "event_internal.h"

#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/continuation.h"
#include "hv/irq.h"

static void channel_set_state(struct event_channel *channel, enum channel_state state)
{
	__atomic_store_n(&channel->state, (uint8_t)state, __ATOMIC_RELEASE);
}

static struct vcpu *vcpu_find(const struct domain *d, uint32_t id)
{
	return id < d->max_vcpus ? d->vcpu[id] : NULL;
}

int event_alloc_unbound(struct domain *d, domid_t remote, uint32_t *port)
{
	struct event_channel *channel;
	int error;

	spin_lock(&d->event->lock);
	error = domain_is_dying(d) ? -EINVAL : channel_alloc(d, &channel);
	if (!error) {
		channel->unbound_for = remote;
		channel_set_state(channel, CHANNEL_UNBOUND);
		d->event->nr_in_use++;
		*port = channel->port;
	}
	spin_unlock(&d->event->lock);
	return error;
}

/* Both locks held: the remote port waits for us. */
static int remote_check(struct domain *d, struct domain *other, uint32_t port,
			struct event_channel **out)
{
	struct event_channel *remote = channel_find(other, port);

	if (!remote || domain_is_dying(other))
		return -EINVAL;
	if (remote->state != CHANNEL_UNBOUND || remote->unbound_for != d->id)
		return -EINVAL;
	*out = remote;
	return 0;
}

static void channel_connect(struct event_channel *channel, struct domain *d, uint32_t port)
{
	uint64_t flags = spin_lock_irqsave(&channel->lock);

	channel->remote.d = d;
	channel->remote.port = port;
	channel_set_state(channel, CHANNEL_INTERDOMAIN);
	spin_unlock_irqrestore(&channel->lock, flags);
}

static int bind_locked(struct domain *d, struct domain *other,
		       struct xen_evtchn_bind_interdomain *operation)
{
	struct event_channel *remote, *local;
	int error = remote_check(d, other, operation->remote_port, &remote);

	if (!error)
		error = channel_alloc(d, &local);
	if (error)
		return error;
	channel_connect(local, other, remote->port);
	channel_connect(remote, d, local->port);
	d->event->nr_in_use++;
	/* What was sent while the port was unbound is not lost. */
	event_mark_pending(d, local);
	operation->local_port = local->port;
	return 0;
}

int event_bind_interdomain(struct xen_evtchn_bind_interdomain *operation)
{
	struct domain *d = current_vcpu()->domain;
	struct domain *other = domain_get_by_id_or_self(operation->remote_dom);
	int error;

	if (!other)
		return -ESRCH;
	event_lock_pair(d, other);
	error = bind_locked(d, other, operation);
	event_unlock_pair(d, other);
	domain_put(other);
	return error;
}

/* Console and exceptions of guests are the hardware domain's to hear, or whose the tools say. */
static bool virq_is_permitted(const struct domain *d, uint32_t virq)
{
	return virq_is_per_vcpu(virq) || virq == VIRQ_ARGO || d->is_hardware || d->is_control ||
	       virq_is_handled_by(d, virq);
}

int event_bind_virq(struct xen_evtchn_bind_virq *operation)
{
	struct domain *d = current_vcpu()->domain;
	struct vcpu *v = vcpu_find(d, operation->vcpu);
	struct event_channel *channel;
	uint32_t virq = operation->virq;
	int error;

	if (virq >= NR_VIRQS || (!virq_is_per_vcpu(virq) && operation->vcpu))
		return -EINVAL;
	if (!virq_is_permitted(d, virq))
		return -EPERM;
	if (!v)
		return -ENOENT;
	spin_lock(&d->event->lock);
	error = v->virq_to_port[virq] ? -EEXIST : channel_alloc(d, &channel);
	if (!error) {
		channel->vcpu = (uint16_t)v->id;
		channel->virq = virq;
		channel_set_state(channel, CHANNEL_VIRQ);
		d->event->nr_in_use++;
		__atomic_store_n(&v->virq_to_port[virq], channel->port, __ATOMIC_RELEASE);
		operation->port = channel->port;
	}
	spin_unlock(&d->event->lock);
	return error;
}

int event_bind_ipi(struct xen_evtchn_bind_ipi *operation)
{
	struct domain *d = current_vcpu()->domain;
	struct vcpu *v = vcpu_find(d, operation->vcpu);
	struct event_channel *channel;
	int error;

	if (!v)
		return -ENOENT;
	spin_lock(&d->event->lock);
	error = channel_alloc(d, &channel);
	if (!error) {
		channel->vcpu = (uint16_t)v->id;
		channel_set_state(channel, CHANNEL_IPI);
		d->event->nr_in_use++;
		operation->port = channel->port;
	}
	spin_unlock(&d->event->lock);
	return error;
}

int event_bind_pirq(struct xen_evtchn_bind_pirq *operation)
{
	struct domain *d = current_vcpu()->domain;
	struct event_channel *channel;
	uint32_t pirq = operation->pirq;
	int error;

	if (pirq >= pirq_nr(d))
		return -EINVAL;
	spin_lock(&d->event->lock);
	error = d->event->port_of_pirq[pirq] ? -EEXIST : channel_alloc(d, &channel);
	if (!error) {
		/* The interrupt may come before bind returns. */
		channel->pirq = pirq;
		channel_set_state(channel, CHANNEL_PIRQ);
		WRITE_ONCE(d->event->port_of_pirq[pirq], channel->port);
		error = pirq_bind(d->vcpu[0], pirq, operation->flags & BIND_PIRQ__WILL_SHARE);
		if (error) {
			WRITE_ONCE(d->event->port_of_pirq[pirq], 0);
			channel_set_free(d, channel);
		} else {
			d->event->nr_in_use++;
			operation->port = channel->port;
		}
	}
	spin_unlock(&d->event->lock);
	return error;
}

static int vcpu_rebind(struct domain *d, struct event_channel *channel, struct vcpu *v)
{
	switch (channel->state) {
	case CHANNEL_VIRQ:
		if (virq_is_per_vcpu(channel->virq))
			return -EINVAL;
		break;
	case CHANNEL_UNBOUND:
	case CHANNEL_INTERDOMAIN:
		break;
	case CHANNEL_PIRQ:
		pirq_set_affinity(d, channel->pirq, v);
		break;
	default:
		return -EINVAL;
	}
	WRITE_ONCE(channel->vcpu, (uint16_t)v->id);
	return 0;
}

/* Without a lock: a port that is bound or moved meanwhile takes the new CPU itself. */
void event_move_pirqs(struct vcpu *v)
{
	struct domain *d = v->domain;
	uint32_t nr = pirq_nr(d);

	for (uint32_t pirq = 0; pirq < nr; pirq++) {
		uint32_t port = READ_ONCE(d->event->port_of_pirq[pirq]);
		const struct event_channel *channel = port ? channel_find(d, port) : NULL;

		if (channel && READ_ONCE(channel->state) == CHANNEL_PIRQ &&
		    READ_ONCE(channel->vcpu) == v->id)
			pirq_set_affinity(d, pirq, v);
	}
}

int event_bind_vcpu(uint32_t port, uint32_t vcpu)
{
	struct domain *d = current_vcpu()->domain;
	struct vcpu *v = vcpu_find(d, vcpu);
	struct event_channel *channel = channel_find(d, port);
	int error;

	if (!v)
		return -ENOENT;
	if (!channel)
		return -EINVAL;
	spin_lock(&d->event->lock);
	error = vcpu_rebind(d, channel, v);
	spin_unlock(&d->event->lock);
	return error;
}

static void status_fill(const struct event_channel *channel, struct xen_evtchn_status *status)
{
	static const uint8_t public_state[] = {
		[CHANNEL_FREE] = EVTCHNSTAT_closed,
		[CHANNEL_UNBOUND] = EVTCHNSTAT_unbound,
		[CHANNEL_INTERDOMAIN] = EVTCHNSTAT_interdomain,
		[CHANNEL_PIRQ] = EVTCHNSTAT_pirq,
		[CHANNEL_VIRQ] = EVTCHNSTAT_virq,
		[CHANNEL_IPI] = EVTCHNSTAT_ipi,
	};

	status->status = public_state[channel->state];
	status->vcpu = channel->vcpu;
	switch (channel->state) {
	case CHANNEL_UNBOUND:
		status->u.unbound.dom = channel->unbound_for;
		break;
	case CHANNEL_INTERDOMAIN:
		status->u.interdomain.dom = channel->remote.d->id;
		status->u.interdomain.port = channel->remote.port;
		break;
	case CHANNEL_PIRQ:
		status->u.pirq = channel->pirq;
		break;
	case CHANNEL_VIRQ:
		status->u.virq = channel->virq;
		break;
	default:
		break;
	}
}

int event_read_status(struct xen_evtchn_status *operation)
{
	struct domain *d = domain_get_by_id_or_self(operation->dom);
	const struct event_channel *channel;
	int error = 0;

	if (!d)
		return -ESRCH;
	if (d != current_vcpu()->domain && permission_check(ALLOW_CONTROL)) {
		domain_put(d);
		return -EPERM;
	}
	channel = channel_find(d, operation->port);
	if (channel) {
		spin_lock(&d->event->lock);
		status_fill(channel, operation);
		spin_unlock(&d->event->lock);
	} else {
		error = -EINVAL;
	}
	domain_put(d);
	return error;
}
