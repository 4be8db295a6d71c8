/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain's table of ports: its life, and the choice of a free port. */
#include "event_internal.h"

#include "hv/bitmap.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/irq.h"
#include "hv/string.h"

/* With free ports that are all still in a queue: so many are looked through for a better one. */
#define UNCLEAN_BUCKETS 64

uint32_t event_port_limit(const struct event_domain *e)
{
	uint32_t limit = e->is_fifo ? EVTCHN_FIFO_NR_CHANNELS : EVTCHN_2L_NR_CHANNELS;

	return e->max_port < limit ? e->max_port + 1 : limit;
}

static void bucket_mark_free(struct event_domain *e, uint32_t index)
{
	e->has_free[index / 64] |= 1UL << (index % 64);
}

static int bucket_add(struct event_domain *e)
{
	uint32_t index = e->nr_objects / CHANNELS_PER_BUCKET;
	struct event_channel *bucket = object_alloc_array(CHANNELS_PER_BUCKET, sizeof(*bucket));

	if (!bucket)
		return -ENOMEM;
	for (uint32_t i = 0; i < CHANNELS_PER_BUCKET; i++) {
		spinlock_init(&bucket[i].lock, LOCK_event_channel);
		bucket[i].port = e->nr_objects + i;
	}
	e->buckets[index] = bucket;
	bucket_mark_free(e, index);
	e->nr_objects += CHANNELS_PER_BUCKET;
	return 0;
}

/* A free port isn't handed out while its FIFO word still hangs in a queue. */
static bool port_is_clean(const struct domain *d, uint32_t port)
{
	const uint32_t *word = d->event->is_fifo ? fifo_word(d, port) : NULL;

	return !word || !(__atomic_load_n(word, __ATOMIC_RELAXED) & 1U << EVTCHN_FIFO_LINKED);
}

/* A port of the bucket that may be handed out, or NULL; *is_full: none is even free. */
static struct event_channel *bucket_find(const struct domain *d, uint32_t index, uint32_t limit,
					 bool *is_full)
{
	uint32_t first = index * CHANNELS_PER_BUCKET;

	*is_full = true;
	/* Port 0 is there, but nobody's. */
	for (uint32_t i = index == 0; i < CHANNELS_PER_BUCKET; i++) {
		struct event_channel *channel = &d->event->buckets[index][i];

		if (channel->state != CHANNEL_FREE)
			continue;
		*is_full = false;
		if (first + i >= limit)
			return NULL;
		if (port_is_clean(d, first + i))
			return channel;
	}
	return NULL;
}

/* The lowest port but for those in a queue: a guest that leaves thousands of them there gets no more. */
static int channel_find_free(struct domain *d, struct event_channel **out)
{
	struct event_domain *e = d->event;
	uint32_t limit = event_port_limit(e), nr_unclean = 0;

	for (uint32_t index = 0; nr_unclean < UNCLEAN_BUCKETS; index++) {
		bool is_full;

		index = (uint32_t)bitmap_find_next_set(e->has_free, NR_BUCKETS, index);
		if (index >= NR_BUCKETS)
			index = e->nr_objects / CHANNELS_PER_BUCKET;
		if (index * CHANNELS_PER_BUCKET >= limit)
			return -ENOSPC;
		if (index * CHANNELS_PER_BUCKET >= e->nr_objects && bucket_add(e))
			return -ENOMEM;
		*out = bucket_find(d, index, limit, &is_full);
		if (*out)
			return 0;
		if (is_full)
			e->has_free[index / 64] &= ~(1UL << (index % 64));
		else
			nr_unclean++;
	}
	return -ENOSPC;
}

int channel_alloc(struct domain *d, struct event_channel **out)
{
	int error = channel_find_free(d, out);

	if (error)
		return error;
	(*out)->priority = EVTCHN_FIFO_PRIORITY_DEFAULT;
	(*out)->vcpu = 0;
	if ((*out)->port >= d->event->nr_ports)
		__atomic_store_n(&d->event->nr_ports, (*out)->port + 1, __ATOMIC_RELEASE);
	return 0;
}

void channel_set_free(struct domain *d, struct event_channel *channel)
{
	uint64_t flags = spin_lock_irqsave(&channel->lock);

	channel->state = CHANNEL_FREE;
	channel->remote.d = NULL;
	spin_unlock_irqrestore(&channel->lock, flags);
	event_clear_pending(d, channel);
	bucket_mark_free(d->event, channel->port / CHANNELS_PER_BUCKET);
}

void event_lock_pair(struct domain *d, struct domain *other)
{
	spin_lock_pair(&d->event->lock, &other->event->lock);
}

void event_unlock_pair(struct domain *d, struct domain *other)
{
	spin_unlock_pair(&d->event->lock, &other->event->lock);
}

static void event_fini_domain(struct domain *d)
{
	struct event_domain *e = d->event;

	if (!e)
		return;
	for (uint32_t i = 0; i < e->nr_objects / CHANNELS_PER_BUCKET; i++)
		object_free(e->buckets[i]);
	object_free(e->port_of_pirq);
	object_free(e);
	d->event = NULL;
}

static int tables_alloc(struct event_domain *e, uint32_t nr_pirqs)
{
	if (bucket_add(e))
		return -ENOMEM;
	if (!nr_pirqs)
		return 0;
	e->port_of_pirq = object_alloc_array(nr_pirqs, sizeof(uint32_t));
	return e->port_of_pirq ? 0 : -ENOMEM;
}

static int event_init_domain(struct domain *d, const struct domain_create_arguments *arguments)
{
	struct event_domain *e;
	int error;

	if (arguments->is_idle)
		return 0;
	e = object_alloc(sizeof(*e));
	if (!e)
		return -ENOMEM;
	spinlock_init(&e->lock, LOCK_event_domain);
	e->max_port = arguments->max_event_port;
	e->nr_ports = 1;
	d->event = e;
	error = tables_alloc(e, pirq_nr(d));
	if (error)
		event_fini_domain(d);
	return error;
}

static int event_init_vcpu(struct vcpu *v)
{
	if (v->domain->is_idle)
		return 0;
	v->event = object_alloc(sizeof(*v->event));
	if (!v->event)
		return -ENOMEM;
	fifo_init_vcpu(v->event);
	return 0;
}

static void event_fini_vcpu(struct vcpu *v)
{
	object_free(v->event);
	v->event = NULL;
}

static int event_relinquish(struct domain *d)
{
	int error = d->event ? event_reset(d) : 0;

	virq_handlers_drop(d);
	/* A port that was allocated while the domain began to die is closed in the next round. */
	return error == -EAGAIN ? -ERESTART : error;
}

static const struct domain_module event_module = {
	.name = "event",
	.init_domain = event_init_domain,
	.init_vcpu = event_init_vcpu,
	.relinquish = event_relinquish,
	.fini_vcpu = event_fini_vcpu,
	.fini_domain = event_fini_domain,
};
DOMAIN_MODULE(30, event_module);
