/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending: from a port or an interrupt to a pending bit, and on to the vcpu that waits for it. The hot path. */
#include "event_internal.h"

#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/sched.h"

#define BITS_PER_WORD 64

static always_inline bool bit_test_and_set(uint64_t *map, uint32_t bit)
{
	uint64_t one = 1UL << bit % BITS_PER_WORD;

	return __atomic_fetch_or(&map[bit / BITS_PER_WORD], one, __ATOMIC_SEQ_CST) & one;
}

static always_inline bool bit_test(const uint64_t *map, uint32_t bit)
{
	return __atomic_load_n(&map[bit / BITS_PER_WORD], __ATOMIC_SEQ_CST) >> bit % BITS_PER_WORD &
	       1;
}

static void two_level_select(struct domain *d, const struct event_channel *channel)
{
	struct vcpu *v = d->vcpu[channel->vcpu];

	if (!bit_test_and_set(&v->info->evtchn_pending_sel, channel->port / BITS_PER_WORD))
		vcpu_mark_events_pending(v);
}

static void two_level_mark_pending(struct domain *d, const struct event_channel *channel)
{
	struct xen_shared_info *shared = d->shared_info;

	if (bit_test_and_set(shared->evtchn_pending, channel->port))
		return;
	if (!bit_test(shared->evtchn_mask, channel->port))
		two_level_select(d, channel);
}

/* Waiters in SCHEDOP_poll look at masked ports too, so no upcall tells them. */
static never_inline void pollers_wake(struct domain *d, uint32_t port)
{
	struct vcpu *v;

	for_each_vcpu(d, v)
	{
		uint32_t event = READ_ONCE(v->poll_event);

		if (event == port || event == POLL_ANY_EVENT)
			vcpu_unblock(v);
	}
}

void event_mark_pending(struct domain *d, struct event_channel *channel)
{
	if (d->event->is_fifo)
		fifo_mark_pending(d, channel);
	else
		two_level_mark_pending(d, channel);
	if (unlikely(READ_ONCE(d->nr_polling)))
		pollers_wake(d, channel->port);
}

void event_unmask(struct domain *d, struct event_channel *channel)
{
	struct xen_shared_info *shared = d->shared_info;
	uint32_t port = channel->port;

	if (d->event->is_fifo) {
		fifo_unmask(d, channel);
		return;
	}
	if ((__atomic_fetch_and(&shared->evtchn_mask[port / BITS_PER_WORD],
				~(1UL << port % BITS_PER_WORD), __ATOMIC_SEQ_CST) >>
	     port % BITS_PER_WORD) &
		    1 &&
	    bit_test(shared->evtchn_pending, port))
		two_level_select(d, channel);
}

bool event_is_pending(const struct domain *d, uint32_t port)
{
	const uint32_t *word;

	if (!d->event->is_fifo)
		return bit_test(d->shared_info->evtchn_pending, port);
	word = fifo_word(d, port);
	return word && __atomic_load_n(word, __ATOMIC_SEQ_CST) & 1U << EVTCHN_FIFO_PENDING;
}

bool event_is_masked(const struct domain *d, uint32_t port)
{
	const uint32_t *word;

	if (!d->event->is_fifo)
		return bit_test(d->shared_info->evtchn_mask, port);
	word = fifo_word(d, port);
	return !word || __atomic_load_n(word, __ATOMIC_SEQ_CST) & 1U << EVTCHN_FIFO_MASKED;
}

void event_clear_pending(struct domain *d, struct event_channel *channel)
{
	uint32_t port = channel->port;
	uint32_t *word;

	if (d->event->is_fifo) {
		word = fifo_word(d, port);
		if (word)
			__atomic_fetch_and(word, ~(1U << EVTCHN_FIFO_PENDING), __ATOMIC_SEQ_CST);
	} else if (port < EVTCHN_2L_NR_CHANNELS) {
		__atomic_fetch_and(&d->shared_info->evtchn_pending[port / BITS_PER_WORD],
				   ~(1UL << port % BITS_PER_WORD), __ATOMIC_SEQ_CST);
	}
}

static int send_to_remote(struct event_channel *channel)
{
	uint64_t flags = spin_lock_irqsave(&channel->lock);
	int error = 0;

	if (likely(channel->state == CHANNEL_INTERDOMAIN))
		event_mark_pending(channel->remote.d,
				   channel_find(channel->remote.d, channel->remote.port));
	else
		error = channel->state == CHANNEL_UNBOUND ? 0 : -EINVAL;
	spin_unlock_irqrestore(&channel->lock, flags);
	return error;
}

int event_send(struct domain *d, uint32_t port)
{
	struct event_channel *channel = channel_find(d, port);

	if (unlikely(!channel))
		return -EINVAL;
	switch (READ_ONCE(channel->state)) {
	case CHANNEL_IPI:
		event_mark_pending(d, channel);
		return 0;
	case CHANNEL_INTERDOMAIN:
		return send_to_remote(channel);
	case CHANNEL_UNBOUND:
		/* Nobody is there yet: silently lost, as the ABI has it. */
		return 0;
	default:
		return -EINVAL;
	}
}

static void send_own(struct domain *d, uint32_t port)
{
	struct event_channel *channel = port ? channel_find(d, port) : NULL;

	if (channel)
		event_mark_pending(d, channel);
}

void event_send_virq_vcpu(struct vcpu *v, uint32_t virq)
{
	send_own(v->domain, READ_ONCE(v->virq_to_port[virq]));
}

void event_send_virq_global(struct domain *d, uint32_t virq)
{
	/* Global ones are bound on vcpu 0's table, wherever they notify. */
	if (d && d->max_vcpus && d->vcpu[0])
		send_own(d, READ_ONCE(d->vcpu[0]->virq_to_port[virq]));
}

bool event_send_pirq(struct domain *d, uint32_t pirq)
{
	uint32_t port = READ_ONCE(d->event->port_of_pirq[pirq]);

	send_own(d, port);
	return port;
}

int event_check_pending(struct domain *d, uint32_t port, bool *pending)
{
	if (!channel_find(d, port))
		return -EINVAL;
	*pending = event_is_pending(d, port);
	return 0;
}

/* The new place has seen no bits: make its owner look at everything. */
void event_reset_vcpu_info(struct vcpu *v)
{
	__atomic_store_n(&v->info->evtchn_pending_sel, ~0UL, __ATOMIC_RELAXED);
	vcpu_mark_events_pending(v);
}
