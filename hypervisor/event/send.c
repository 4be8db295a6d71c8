/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending: from a port or an interrupt to a pending bit, and on to the vcpu that waits for it. The hot path. */
#include "event_internal.h"

#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/perf.h"
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

static always_inline void two_level_select(struct domain *d, const struct event_channel *channel)
{
	struct vcpu *v = d->vcpu[READ_ONCE(channel->vcpu)];

	/* A domain that is being built has ports before it has vcpus. */
	if (unlikely(!v))
		return;
	if (!bit_test_and_set(&v->info->evtchn_pending_sel, channel->port / BITS_PER_WORD))
		vcpu_mark_events_pending(v);
}

static always_inline void two_level_mark_pending(struct domain *d,
						 const struct event_channel *channel)
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

static always_inline void port_mark_pending(struct domain *d, struct event_channel *channel)
{
	if (d->event->is_fifo)
		fifo_mark_pending(d, channel);
	else
		two_level_mark_pending(d, channel);
	if (unlikely(READ_ONCE(d->nr_polling)))
		pollers_wake(d, channel->port);
}

void event_mark_pending(struct domain *d, struct event_channel *channel)
{
	port_mark_pending(d, channel);
}

static void two_level_unmask(struct domain *d, const struct event_channel *channel)
{
	struct xen_shared_info *shared = d->shared_info;
	uint64_t *word = &shared->evtchn_mask[channel->port / BITS_PER_WORD];
	uint64_t bit = 1UL << channel->port % BITS_PER_WORD;

	if (__atomic_fetch_and(word, ~bit, __ATOMIC_SEQ_CST) & bit &&
	    bit_test(shared->evtchn_pending, channel->port))
		two_level_select(d, channel);
}

static void unmask_locked(struct domain *d, struct event_channel *channel)
{
	if (d->event->is_fifo)
		fifo_unmask(d, channel);
	else
		two_level_unmask(d, channel);
}

void event_unmask(struct domain *d, struct event_channel *channel)
{
	uint64_t flags = spin_lock_irqsave(&channel->lock);

	if (channel->state != CHANNEL_FREE)
		unmask_locked(d, channel);
	spin_unlock_irqrestore(&channel->lock, flags);
}

void event_clear_pending(struct domain *d, struct event_channel *channel)
{
	uint32_t port = channel->port;
	uint32_t *word;

	if (d->event->is_fifo) {
		__atomic_store_n(&channel->is_pending, false, __ATOMIC_RELAXED);
		word = fifo_word(d, port);
		if (word)
			__atomic_fetch_and(word, ~(1U << EVTCHN_FIFO_PENDING), __ATOMIC_SEQ_CST);
	} else if (port < EVTCHN_2L_NR_CHANNELS) {
		__atomic_fetch_and(&d->shared_info->evtchn_pending[port / BITS_PER_WORD],
				   ~(1UL << port % BITS_PER_WORD), __ATOMIC_SEQ_CST);
	}
}

static always_inline int send_locked(struct domain *d, struct event_channel *channel)
{
	switch (channel->state) {
	case CHANNEL_INTERDOMAIN:
		d = channel->remote.d;
		port_mark_pending(d, channel_find(d, channel->remote.port));
		return 0;
	case CHANNEL_IPI:
		port_mark_pending(d, channel);
		return 0;
	case CHANNEL_UNBOUND:
		/* Nobody is there yet: silently lost, as the ABI has it. */
		return 0;
	default:
		return -EINVAL;
	}
}

int event_send(struct domain *d, uint32_t port)
{
	struct event_channel *channel = channel_find(d, port);
	uint64_t flags;
	int error;

	if (unlikely(!channel))
		return -EINVAL;
	flags = spin_lock_irqsave(&channel->lock);
	error = send_locked(d, channel);
	spin_unlock_irqrestore(&channel->lock, flags);
	return error;
}

/*
 * Applies deed to the channel of a virq or pirq. The port was found without a lock: by now it may be
 * closed, or something else.
 */
static always_inline bool own_apply(struct domain *d, uint32_t port, enum channel_state state,
				    uint32_t number,
				    void (*deed)(struct domain *d, struct event_channel *channel))
{
	struct event_channel *channel = port ? channel_find(d, port) : NULL;
	uint64_t flags;
	bool is_it;

	if (!channel)
		return false;
	flags = spin_lock_irqsave(&channel->lock);
	is_it = channel->state == state &&
		(state == CHANNEL_VIRQ ? channel->virq : channel->pirq) == number;
	if (likely(is_it))
		deed(d, channel);
	spin_unlock_irqrestore(&channel->lock, flags);
	return is_it;
}

void event_send_virq_vcpu(struct vcpu *v, uint32_t virq)
{
	PERF_INC(virqs);
	(void)own_apply(v->domain, READ_ONCE(v->virq_to_port[virq]), CHANNEL_VIRQ, virq,
			event_mark_pending);
}

bool event_send_pirq(struct domain *d, uint32_t pirq)
{
	return own_apply(d, READ_ONCE(d->event->port_of_pirq[pirq]), CHANNEL_PIRQ, pirq,
			 event_mark_pending);
}

void event_unmask_pirq(struct domain *d, uint32_t pirq)
{
	(void)own_apply(d, READ_ONCE(d->event->port_of_pirq[pirq]), CHANNEL_PIRQ, pirq,
			unmask_locked);
}

int event_check_pending(struct domain *d, uint32_t port, bool *pending)
{
	struct event_channel *channel = channel_find(d, port);
	uint64_t flags;

	if (!channel)
		return -EINVAL;
	flags = spin_lock_irqsave(&channel->lock);
	if (channel->state == CHANNEL_FREE)
		*pending = false;
	else if (d->event->is_fifo)
		*pending = fifo_is_pending(d, channel);
	else
		*pending = bit_test(d->shared_info->evtchn_pending, port);
	spin_unlock_irqrestore(&channel->lock, flags);
	return 0;
}

/* The new place has seen no bits: make its owner look at everything. */
void event_reset_vcpu_info(struct vcpu *v)
{
	__atomic_store_n(&v->info->evtchn_pending_sel, ~0UL, __ATOMIC_RELAXED);
	vcpu_mark_events_pending(v);
}
