/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FIFO event queues: a word per port in pages that the guest gives, 16 queues
 * a vcpu by priority, linked through the words. The guest takes from heads,
 * we add at tails; LINKED says that a word is in some queue. The guest can
 * write all of it: a broken link harms its own queue only.
 */
#include "event_internal.h"

#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/page.h"
#include "hv/sched.h"

#define WORDS_PER_PAGE (PAGE_SIZE / sizeof(uint32_t))
#define WORD_PENDING (1U << EVTCHN_FIFO_PENDING)
#define WORD_MASKED (1U << EVTCHN_FIFO_MASKED)
#define WORD_LINKED (1U << EVTCHN_FIFO_LINKED)
#define WORD_BUSY (1U << EVTCHN_FIFO_BUSY)
#define LINK_ROUNDS 8
#define BUSY_ROUND 3 /* after this one the guest is asked to leave the word alone */

uint32_t *fifo_word(const struct domain *d, uint32_t port)
{
	const struct event_domain *e = d->event;

	if (unlikely(port >= __atomic_load_n(&e->nr_fifo_words, __ATOMIC_ACQUIRE)))
		return NULL;
	return &e->fifo_pages[port / WORDS_PER_PAGE][port % WORDS_PER_PAGE];
}

/*
 * Sets the link of a word that is still linked; false: the guest has taken it
 * off its queue meanwhile. A guest that keeps changing the word loses an event.
 */
static bool word_set_link(uint32_t *word, uint32_t link)
{
	uint32_t old = __atomic_load_n(word, __ATOMIC_SEQ_CST);
	bool is_linked = true;

	for (unsigned int round = 0; round < LINK_ROUNDS; round++) {
		uint32_t new = (old & ~(uint32_t)(WORD_BUSY | EVTCHN_FIFO_LINK_MASK)) | link;

		is_linked = old & WORD_LINKED;
		if (!is_linked)
			break;
		if (__atomic_compare_exchange_n(word, &old, new, false, __ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return true;
		if (round == BUSY_ROUND)
			old = __atomic_or_fetch(word, WORD_BUSY, __ATOMIC_SEQ_CST);
	}
	if (old & WORD_BUSY)
		__atomic_fetch_and(word, ~WORD_BUSY, __ATOMIC_SEQ_CST);
	return is_linked;
}

/*
 * Puts the port at the tail; true when the queue was empty, and the guest must
 * be told. Telling it also otherwise would do harm: it would read the head
 * again, a port that may hang in another queue by now. Queue lock held; LINKED
 * was just set by the caller.
 */
static bool queue_append(struct domain *d, struct event_queue *queue, uint32_t port, uint32_t *word)
{
	bool is_linked = false;

	/* A word that becomes a tail links to nothing. */
	(void)word_set_link(word, 0);
	if (queue->tail) {
		uint32_t *tail = fifo_word(d, queue->tail);

		is_linked = tail && tail != word && word_set_link(tail, port);
	}
	if (!is_linked)
		__atomic_store_n(queue->head, port, __ATOMIC_SEQ_CST);
	queue->tail = port;
	return !is_linked;
}

/* The queue that the port's word may still be in. */
static struct event_queue *queue_find_last(const struct domain *d,
					   const struct event_channel *channel)
{
	return &d->vcpu[READ_ONCE(channel->last_vcpu)]
			->event->queues[READ_ONCE(channel->last_priority)];
}

static struct event_queue *queue_lock_last(struct domain *d, const struct event_channel *channel,
					   uint64_t *flags)
{
	for (;;) {
		struct event_queue *last = queue_find_last(d, channel);

		*flags = spin_lock_irqsave(&last->lock);
		if (likely(last == queue_find_last(d, channel)))
			return last;
		spin_unlock_irqrestore(&last->lock, *flags);
	}
}

/*
 * The port, whose word is in no queue, goes from one to another: that one is
 * locked afterwards, the first no more. Interrupts stay off.
 */
static void queue_move(struct event_channel *channel, struct event_queue *last,
		       struct event_queue *queue, const struct vcpu *v)
{
	spin_unlock(&last->lock);
	spin_lock_pair(&last->lock, &queue->lock);
	if (last->tail == channel->port)
		last->tail = 0;
	WRITE_ONCE(channel->last_vcpu, (uint16_t)v->id);
	WRITE_ONCE(channel->last_priority, queue->priority);
	spin_unlock(&last->lock);
}

static void fifo_link(struct domain *d, struct event_channel *channel, uint32_t *word)
{
	/* Read once: the guest may rebind the port meanwhile. */
	struct vcpu *v = d->vcpu[READ_ONCE(channel->vcpu)];
	struct xen_evtchn_fifo_control_block *control;
	struct event_queue *queue, *last;
	bool must_tell = false;
	uint64_t flags;
	uint32_t ready;

	control = v ? __atomic_load_n(&v->event->control, __ATOMIC_ACQUIRE) : NULL;
	if (unlikely(!control))
		return;
	queue = &v->event->queues[READ_ONCE(channel->priority)];
	ready = 1U << queue->priority;
	last = queue_lock_last(d, channel, &flags);
	if (__atomic_fetch_or(word, WORD_LINKED, __ATOMIC_SEQ_CST) & WORD_LINKED) {
		spin_unlock_irqrestore(&last->lock, flags);
		return;
	}
	if (unlikely(queue != last))
		queue_move(channel, last, queue, v);
	must_tell = queue_append(d, queue, channel->port, word);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (must_tell && !(__atomic_fetch_or(&control->ready, ready, __ATOMIC_SEQ_CST) & ready))
		vcpu_mark_events_pending(v);
}

/* Without a word yet it is remembered until there is one: fifo_expand_array() looks after the words are there. */
static uint32_t *word_or_remember(const struct domain *d, struct event_channel *channel)
{
	uint32_t *word = fifo_word(d, channel->port);

	if (likely(word))
		return word;
	__atomic_store_n(&channel->is_pending, true, __ATOMIC_SEQ_CST);
	return fifo_word(d, channel->port);
}

void fifo_mark_pending(struct domain *d, struct event_channel *channel)
{
	uint32_t *word = word_or_remember(d, channel);
	uint32_t old;

	if (unlikely(!word))
		return;
	old = __atomic_fetch_or(word, WORD_PENDING, __ATOMIC_SEQ_CST);
	if (!(old & (WORD_MASKED | WORD_LINKED)))
		fifo_link(d, channel, word);
}

void fifo_unmask(struct domain *d, struct event_channel *channel)
{
	uint32_t *word = fifo_word(d, channel->port);

	if (!word)
		return;
	__atomic_fetch_and(word, ~WORD_MASKED, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(word, __ATOMIC_SEQ_CST) & WORD_PENDING)
		fifo_mark_pending(d, channel);
}

bool fifo_is_pending(const struct domain *d, const struct event_channel *channel)
{
	const uint32_t *word = fifo_word(d, channel->port);

	return word ? __atomic_load_n(word, __ATOMIC_SEQ_CST) & WORD_PENDING
		    : READ_ONCE(channel->is_pending);
}

void fifo_init_vcpu(struct event_vcpu *vcpu)
{
	for (unsigned int i = 0; i < EVTCHN_FIFO_MAX_QUEUES; i++) {
		spinlock_init(&vcpu->queues[i].lock, LOCK_event_queue);
		vcpu->queues[i].priority = (uint8_t)i;
	}
}

/* A guest page that we keep writing to: referenced, and typed writable so that it is never a page table. */
static int page_take(struct domain *d, uint64_t gfn, void **out)
{
	mfn_t mfn = mfn_from(gfn);

	if (!mfn_is_valid(mfn) || page_get_and_type(mfn_to_page(mfn), d, PAGE_TYPE_WRITABLE))
		return -EINVAL;
	*out = mfn_to_virt(mfn);
	return 0;
}

static void page_give(void *address)
{
	page_put_and_type(virt_to_page((void *)((uint64_t)address & PAGE_MASK)));
}

static void control_attach(struct event_vcpu *vcpu, struct xen_evtchn_fifo_control_block *control)
{
	control->ready = 0;
	for (unsigned int i = 0; i < EVTCHN_FIFO_MAX_QUEUES; i++) {
		control->head[i] = 0;
		vcpu->queues[i].head = &control->head[i];
		vcpu->queues[i].tail = 0;
	}
	__atomic_store_n(&vcpu->control, control, __ATOMIC_RELEASE);
}

/* Whoever was sending to the port when this began is through. Domain's lock held. */
static void senders_wait(struct event_channel *channel)
{
	uint64_t flags;

	if (channel->state == CHANNEL_INTERDOMAIN)
		channel = channel_find(channel->remote.d, channel->remote.port);
	flags = spin_lock_irqsave(&channel->lock);
	spin_unlock_irqrestore(&channel->lock, flags);
}

/* The switch from two levels, for senders it has happened: what is pending there goes to the words as they come. */
static void pending_remember(struct domain *d)
{
	uint32_t nr = MIN(d->event->nr_ports, (uint32_t)EVTCHN_2L_NR_CHANNELS);

	for (uint32_t port = 1; port < nr; port++) {
		struct event_channel *channel = channel_find(d, port);

		if (channel->state == CHANNEL_FREE)
			continue;
		senders_wait(channel);
		if (READ_ONCE(d->shared_info->evtchn_pending[port / 64]) >> port % 64 & 1)
			__atomic_store_n(&channel->is_pending, true, __ATOMIC_SEQ_CST);
	}
}

/* Domain's lock held. */
static int control_install(struct domain *d, struct vcpu *v, void *page, uint32_t offset)
{
	if (v->event->control)
		return -EINVAL;
	control_attach(v->event, (void *)((char *)page + offset));
	if (!d->event->is_fifo) {
		__atomic_store_n(&d->event->is_fifo, true, __ATOMIC_SEQ_CST);
		pending_remember(d);
	}
	return 0;
}

int fifo_init_control(struct xen_evtchn_init_control *operation)
{
	struct domain *d = current_vcpu()->domain;
	struct vcpu *v = operation->vcpu < d->max_vcpus ? d->vcpu[operation->vcpu] : NULL;
	void *page;
	int error;

	operation->link_bits = EVTCHN_FIFO_LINK_BITS;
	/* New ports belong to vcpu 0's queues. */
	if (!v || !d->vcpu[0])
		return -ENOENT;
	if (operation->offset > PAGE_SIZE - sizeof(struct xen_evtchn_fifo_control_block) ||
	    operation->offset & 7)
		return -EINVAL;
	error = page_take(d, operation->control_gfn, &page);
	if (error)
		return error;
	spin_lock(&d->event->lock);
	error = control_install(d, v, page, operation->offset);
	spin_unlock(&d->event->lock);
	if (error)
		page_give(page);
	return error;
}

/* Domain's lock held. */
static int array_install(struct event_domain *e, void *page)
{
	if (!e->is_fifo)
		return -EOPNOTSUPP;
	if (e->nr_fifo_words >= ROUND_UP(event_port_limit(e), (uint32_t)WORDS_PER_PAGE))
		return -ENOSPC;
	e->fifo_pages[e->nr_fifo_words / WORDS_PER_PAGE] = page;
	__atomic_store_n(&e->nr_fifo_words, e->nr_fifo_words + (uint32_t)WORDS_PER_PAGE,
			 __ATOMIC_SEQ_CST);
	return 0;
}

/* Sends what was remembered of the ports that have words now. Domain's lock held. */
static void pending_raise(struct domain *d)
{
	const struct event_domain *e = d->event;
	uint32_t end = MIN(e->nr_fifo_words, e->nr_ports);

	for (uint32_t port = e->nr_fifo_words - (uint32_t)WORDS_PER_PAGE; port < end; port++) {
		struct event_channel *channel = channel_find(d, port);

		if (__atomic_exchange_n(&channel->is_pending, false, __ATOMIC_SEQ_CST) &&
		    channel->state != CHANNEL_FREE)
			fifo_mark_pending(d, channel);
	}
}

int fifo_expand_array(const struct xen_evtchn_expand_array *operation)
{
	struct domain *d = current_vcpu()->domain;
	void *page;
	int error;

	if (!READ_ONCE(d->event->is_fifo))
		return -EOPNOTSUPP;
	error = page_take(d, operation->array_gfn, &page);
	if (error)
		return error;
	spin_lock(&d->event->lock);
	error = array_install(d->event, page);
	if (!error)
		pending_raise(d);
	spin_unlock(&d->event->lock);
	if (error)
		page_give(page);
	return error;
}

int fifo_set_priority(struct domain *d, const struct xen_evtchn_set_priority *operation)
{
	struct event_channel *channel = channel_find(d, operation->port);

	if (!channel)
		return -EINVAL;
	if (!READ_ONCE(d->event->is_fifo))
		return -ENOSYS;
	if (operation->priority > EVTCHN_FIFO_PRIORITY_MIN)
		return -EINVAL;
	if (READ_ONCE(channel->state) == CHANNEL_FREE)
		return -EACCES;
	/* Takes effect the next time that the port is queued. */
	WRITE_ONCE(channel->priority, (uint8_t)operation->priority);
	return 0;
}

int fifo_fini(struct domain *d)
{
	struct event_domain *e = d->event;
	struct vcpu *v;
	int error = 0;

	spin_lock(&e->lock);
	if (e->nr_in_use) {
		error = -EAGAIN;
	} else {
		for_each_vcpu(d, v) if (v->event && v->event->control)
		{
			page_give(v->event->control);
			v->event->control = NULL;
		}
		while (e->nr_fifo_words) {
			e->nr_fifo_words -= (uint32_t)WORDS_PER_PAGE;
			page_give(e->fifo_pages[e->nr_fifo_words / WORDS_PER_PAGE]);
		}
		__atomic_store_n(&e->is_fifo, false, __ATOMIC_SEQ_CST);
	}
	spin_unlock(&e->lock);
	return error;
}
