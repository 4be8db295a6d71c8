/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Closing a port: the other end of a pair becomes unbound again. */
#include "event_internal.h"

#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/continuation.h"
#include "hv/irq.h"

static void virq_unbind(struct domain *d, const struct event_channel *channel)
{
	struct vcpu *v;

	for_each_vcpu(d, v) if (v->virq_to_port[channel->virq] == channel->port)
		WRITE_ONCE(v->virq_to_port[channel->virq], 0);
}

/* Both domains' locks held. */
static void pair_break(struct event_channel *channel, struct domain *other, domid_t local)
{
	struct event_channel *remote = channel_find(other, channel->remote.port);
	uint64_t flags = spin_lock_irqsave(&remote->lock);

	remote->state = CHANNEL_UNBOUND;
	remote->remote.d = NULL;
	remote->unbound_for = local;
	spin_unlock_irqrestore(&remote->lock, flags);
}

static void channel_detach(struct domain *d, struct event_channel *channel)
{
	switch (channel->state) {
	case CHANNEL_PIRQ:
		pirq_unbind(d, channel->pirq);
		WRITE_ONCE(d->event->port_of_pirq[channel->pirq], 0);
		break;
	case CHANNEL_VIRQ:
		virq_unbind(d, channel);
		break;
	case CHANNEL_INTERDOMAIN:
		pair_break(channel, channel->remote.d, d->id);
		break;
	default:
		break;
	}
}

/*
 * Locks d's table, and the peer's when the channel has one: the peer is only
 * known under d's lock, so it is looked up, both are locked in order, and it
 * is looked at again.
 */
static struct domain *close_lock(struct domain *d, const struct event_channel *channel)
{
	for (;;) {
		struct domain *other = d;

		spin_lock(&d->event->lock);
		if (channel->state == CHANNEL_INTERDOMAIN)
			other = channel->remote.d;
		if (other == d)
			return d;
		if (!domain_get(other)) {
			spin_unlock(&d->event->lock);
			continue;
		}
		spin_unlock(&d->event->lock);
		event_lock_pair(d, other);
		if (channel->state == CHANNEL_INTERDOMAIN && channel->remote.d == other)
			return other;
		event_unlock_pair(d, other);
		domain_put(other);
	}
}

int event_close(struct domain *d, uint32_t port)
{
	struct event_channel *channel = channel_find(d, port);
	struct domain *other;
	int error = 0;

	if (!channel)
		return -EINVAL;
	other = close_lock(d, channel);
	if (channel->state == CHANNEL_FREE) {
		error = -EINVAL;
	} else {
		channel_detach(d, channel);
		channel_set_free(d, channel);
		d->event->nr_in_use--;
	}
	if (other == d) {
		spin_unlock(&d->event->lock);
	} else {
		event_unlock_pair(d, other);
		domain_put(other);
	}
	return error;
}

int event_reset(struct domain *d)
{
	struct event_domain *e = d->event;
	uint32_t first = MAX(READ_ONCE(e->reset_next), 1), port = first;

	while (READ_ONCE(e->nr_in_use) && port < __atomic_load_n(&e->nr_ports, __ATOMIC_ACQUIRE)) {
		/* Somebody else may close it first. */
		int error = channel_find(d, port)->state == CHANNEL_FREE ? 0 : event_close(d, port);

		(void)error;
		if (++port % 64 == 0 && hypercall_is_preempt_due()) {
			WRITE_ONCE(e->reset_next, port);
			return -ERESTART;
		}
	}
	WRITE_ONCE(e->reset_next, 1);
	/* Some may have been bound behind us: once more from the start. */
	return first > 1 && READ_ONCE(e->nr_in_use) ? -ERESTART : fifo_fini(d);
}
