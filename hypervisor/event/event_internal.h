/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Event channels, private to event/. A port's object, once made, stays until
 * its domain is gone, so that senders need no lock on the table.
 * Letters: [E] the domain's event lock for changes, [C] the channel's lock.
 * A channel becomes free under both its domain's lock and its own; reading
 * needs either. Who marks or looks at a port's pending bit holds the domain's
 * lock, or the port's own or its peer's and has seen that the port is not free:
 * so a peer that closes can't vanish under a sender, and while all ports are
 * free nobody touches the guest's FIFO pages.
 */
#ifndef EVENT_EVENT_INTERNAL_H
#define EVENT_EVENT_INTERNAL_H

#include "abi/event_channel.h"
#include "hv/domain.h"
#include "hv/event.h"
#include "hv/lock.h"
#include "hv/types.h"

enum channel_state {
	CHANNEL_FREE,
	CHANNEL_UNBOUND,
	CHANNEL_INTERDOMAIN,
	CHANNEL_PIRQ,
	CHANNEL_VIRQ,
	CHANNEL_IPI,
};

#define CHANNELS_PER_BUCKET 128
#define NR_BUCKETS (EVTCHN_FIFO_NR_CHANNELS / CHANNELS_PER_BUCKET)
#define FIFO_PAGES (EVTCHN_FIFO_NR_CHANNELS * sizeof(uint32_t) / PAGE_SIZE)

struct event_channel {
	struct spinlock lock;
	uint32_t port; /* [I] */
	uint8_t state; /* [EC] enum channel_state */
	uint8_t priority, last_priority;
	bool is_pending;	  /* [a] FIFO: sent before the guest gave room for its word */
	uint16_t vcpu, last_vcpu; /* notified one; last_*: queue that its FIFO word may be in */
	union {			  /* [EC] */
		domid_t unbound_for;
		struct {
			struct domain *d;
			uint32_t port;
		} remote;
		uint32_t pirq;
		uint32_t virq;
	};
};

struct event_queue {
	struct spinlock lock; /* class event_queue */
	uint32_t *head;	      /* in the guest's control block */
	uint32_t tail;
	uint8_t priority;
};

struct event_vcpu {
	struct xen_evtchn_fifo_control_block *control; /* mapped guest page, or NULL */
	struct event_queue queues[EVTCHN_FIFO_MAX_QUEUES];
};

struct event_domain {
	struct spinlock lock; /* class event_domain */
	bool is_fifo;
	uint32_t max_port;	/* highest port that the domain may have */
	uint32_t nr_objects;	/* objects exist below it [E] */
	uint32_t nr_ports;	/* 1 + the highest port ever used [E, read with acquire] */
	uint32_t reset_next;	/* port where closing all of them goes on [a] */
	uint32_t nr_in_use;	/* [E] */
	uint32_t nr_fifo_words; /* words that the guest's array has room for [E] */
	uint32_t *fifo_pages[FIFO_PAGES];
	uint32_t *port_of_pirq; /* [E for change] 0: none */
	unsigned long
		has_free[NR_BUCKETS / 64]; /* a bit a bucket: 0 says that it has no free port [E] */
	struct event_channel *buckets[NR_BUCKETS];
};

/* NULL: no such port. Lock-free. */
static inline struct event_channel *channel_find(const struct domain *d, uint32_t port)
{
	const struct event_domain *e = d->event;

	if (unlikely(port >= __atomic_load_n(&e->nr_ports, __ATOMIC_ACQUIRE)))
		return NULL;
	return &e->buckets[port / CHANNELS_PER_BUCKET][port % CHANNELS_PER_BUCKET];
}

/* Ports that the current form of queue can name. */
uint32_t event_port_limit(const struct event_domain *e);

/* table.c: a free port; the domain's lock held. -ENOSPC, -ENOMEM. */
int must_check channel_alloc(struct domain *d, struct event_channel **out);
/* Locks of both ends in order of address; d may equal other. */
void event_lock_pair(struct domain *d, struct domain *other);
void event_unlock_pair(struct domain *d, struct domain *other);
void channel_set_free(struct domain *d, struct event_channel *channel);

/* send.c: sets the port pending; wakes or kicks who waits. Any context. Locks: see the head of this file, here and below. */
void event_mark_pending(struct domain *d, struct event_channel *channel);
/* Takes the channel's lock; a free port is left alone. */
void event_unmask(struct domain *d, struct event_channel *channel);
void event_clear_pending(struct domain *d, struct event_channel *channel);

/* fifo.c */
void fifo_mark_pending(struct domain *d, struct event_channel *channel);
void fifo_unmask(struct domain *d, struct event_channel *channel);
/* The word, NULL when the guest has given no room for it. */
uint32_t *fifo_word(const struct domain *d, uint32_t port);
int must_check fifo_init_control(struct xen_evtchn_init_control *operation);
int must_check fifo_expand_array(const struct xen_evtchn_expand_array *operation);
int must_check fifo_set_priority(struct domain *d, const struct xen_evtchn_set_priority *operation);
void fifo_init_vcpu(struct event_vcpu *vcpu);
bool fifo_is_pending(const struct domain *d, const struct event_channel *channel);
/* Back to two levels: gives the guest's pages back. -EAGAIN while a port is in use. */
int must_check fifo_fini(struct domain *d);

/* close.c */
int must_check event_close(struct domain *d, uint32_t port);
/* Closes all ports and goes back to two levels. -ERESTART, -EAGAIN (somebody binds ports meanwhile). */
int must_check event_reset(struct domain *d);

/* virq.c */
bool virq_is_per_vcpu(uint32_t virq);
/* Whether the tools made d hear it. */
bool virq_is_handled_by(const struct domain *d, uint32_t virq);
/* d is dying: what it heard is the hardware domain's to hear again. */
void virq_handlers_drop(struct domain *d);

/* bind.c */
int must_check event_bind_interdomain(struct xen_evtchn_bind_interdomain *operation);
int must_check event_bind_virq(struct xen_evtchn_bind_virq *operation);
int must_check event_bind_ipi(struct xen_evtchn_bind_ipi *operation);
int must_check event_bind_pirq(struct xen_evtchn_bind_pirq *operation);
int must_check event_bind_vcpu(uint32_t port, uint32_t vcpu);
int must_check event_read_status(struct xen_evtchn_status *operation);

#endif
