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
#define BUSY_ROUNDS 4

uint32_t *fifo_word(const struct domain *d, uint32_t port)
{
	const struct event_domain *e = d->event;

	if (unlikely(port >= __atomic_load_n(&e->nr_fifo_words, __ATOMIC_ACQUIRE)))
		return NULL;
	return &e->fifo_pages[port / WORDS_PER_PAGE][port % WORDS_PER_PAGE];
}

/* Sets the link of a word that is still linked; false: the guest has taken it off its queue meanwhile. */
static bool word_set_link(uint32_t *word, uint32_t link)
{
	uint32_t old = __atomic_load_n(word, __ATOMIC_SEQ_CST);

	for (unsigned int round = 0; old & WORD_LINKED; round++) {
		uint32_t new = (old & ~(uint32_t)(WORD_BUSY | EVTCHN_FIFO_LINK_MASK)) | link;

		/* A guest that keeps changing the word sees BUSY, and at last loses only its own event. */
		if (round == BUSY_ROUNDS)
			__atomic_fetch_or(word, WORD_BUSY, __ATOMIC_SEQ_CST);
		if (round > 2 * BUSY_ROUNDS)
			return true;
		if (__atomic_compare_exchange_n(word, &old, new, false, __ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return true;
	}
	return false;
}

/* Puts the port at the tail. Queue lock held; LINKED was just set by the caller. */
static void queue_append(struct domain *d, struct event_queue *queue, uint32_t port, uint32_t *word)
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
}

static struct event_queue *queue_find(const struct domain *d, uint32_t vcpu, uint32_t priority)
{
	return &d->vcpu[vcpu]->event->queues[priority];
}

/* The queue where the port belongs, locked, and the one it was last in left behind. */
static struct event_queue *queue_lock(struct domain *d, struct event_channel *channel,
				      uint64_t *flags)
{
	for (;;) {
		struct event_queue *old = queue_find(d, channel->last_vcpu, channel->last_priority);

		*flags = spin_lock_irqsave(&old->lock);
		if (likely(old == queue_find(d, channel->last_vcpu, channel->last_priority)))
			return old;
		spin_unlock_irqrestore(&old->lock, *flags);
	}
}

/* Moves the channel's queue to where it notifies now: the word is in no queue. Old queue's lock held; returns the new one's. */
static struct event_queue *queue_move(struct domain *d, struct event_channel *channel,
				      struct event_queue *old, uint64_t flags)
{
	struct event_queue *queue = queue_find(d, channel->vcpu, channel->priority);
	uint32_t port = channel->port;

	if (queue == old)
		return old;
	spin_unlock_irqrestore(&old->lock, flags);
	(void)interrupts_save_off();
	spin_lock_pair(&old->lock, &queue->lock);
	if (old->tail == port)
		old->tail = 0;
	channel->last_vcpu = channel->vcpu;
	channel->last_priority = channel->priority;
	spin_unlock(&old->lock);
	return queue;
}

static void fifo_link(struct domain *d, struct event_channel *channel, uint32_t *word)
{
	struct vcpu *v = d->vcpu[channel->vcpu];
	struct event_queue *queue;
	uint64_t flags;
	bool is_new;

	if (unlikely(!v->event->control))
		return;
	queue = queue_lock(d, channel, &flags);
	is_new = !(__atomic_fetch_or(word, WORD_LINKED, __ATOMIC_SEQ_CST) & WORD_LINKED);
	if (is_new) {
		queue = queue_move(d, channel, queue, flags);
		queue_append(d, queue, channel->port, word);
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	if (is_new && !(__atomic_fetch_or(&v->event->control->ready, 1U << queue->priority,
					  __ATOMIC_SEQ_CST) &
			1U << queue->priority))
		vcpu_mark_events_pending(v);
}

void fifo_mark_pending(struct domain *d, struct event_channel *channel)
{
	uint32_t *word = fifo_word(d, channel->port);
	uint32_t old;

	/* No room given for the port yet: remembered by nobody, the guest was told to expand first. */
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

/* Ports that were bound before the switch keep their pending bits: carried over when the first array page arrives. */
static void pending_carry_over(struct domain *d)
{
	uint32_t nr = MIN(d->event->nr_ports, (uint32_t)EVTCHN_2L_NR_CHANNELS);

	for (uint32_t port = 1; port < MIN(nr, d->event->nr_fifo_words); port++)
		if (d->shared_info->evtchn_pending[port / 64] >> port % 64 & 1)
			*fifo_word(d, port) |= WORD_PENDING;
}

int fifo_init_control(struct xen_evtchn_init_control *operation)
{
	struct domain *d = current_vcpu()->domain;
	struct vcpu *v = operation->vcpu < d->max_vcpus ? d->vcpu[operation->vcpu] : NULL;
	void *page;
	int error;

	operation->link_bits = EVTCHN_FIFO_LINK_BITS;
	if (!v)
		return -ENOENT;
	if (operation->offset > PAGE_SIZE - sizeof(struct xen_evtchn_fifo_control_block) ||
	    operation->offset & 7)
		return -EINVAL;
	error = page_take(d, operation->control_gfn, &page);
	if (error)
		return error;
	spin_lock(&d->event->lock);
	if (v->event->control) {
		error = -EINVAL;
	} else {
		control_attach(v->event, (void *)((char *)page + operation->offset));
		__atomic_store_n(&d->event->is_fifo, true, __ATOMIC_RELEASE);
	}
	spin_unlock(&d->event->lock);
	if (error)
		page_give(page);
	return error;
}

int fifo_expand_array(const struct xen_evtchn_expand_array *operation)
{
	struct domain *d = current_vcpu()->domain;
	struct event_domain *e = d->event;
	void *page;
	int error;

	if (!e->is_fifo)
		return -EOPNOTSUPP;
	error = page_take(d, operation->array_gfn, &page);
	if (error)
		return error;
	spin_lock(&e->lock);
	if (e->nr_fifo_words >= ROUND_UP(event_port_limit(e), (uint32_t)WORDS_PER_PAGE)) {
		error = -ENOSPC;
	} else {
		bool is_first = !e->nr_fifo_words;

		e->fifo_pages[e->nr_fifo_words / WORDS_PER_PAGE] = page;
		__atomic_store_n(&e->nr_fifo_words, e->nr_fifo_words + (uint32_t)WORDS_PER_PAGE,
				 __ATOMIC_RELEASE);
		if (is_first)
			pending_carry_over(d);
	}
	spin_unlock(&e->lock);
	if (error)
		page_give(page);
	return error;
}

int fifo_set_priority(struct domain *d, const struct xen_evtchn_set_priority *operation)
{
	struct event_channel *channel = channel_find(d, operation->port);

	if (!d->event->is_fifo)
		return -EOPNOTSUPP;
	if (operation->priority > EVTCHN_FIFO_PRIORITY_MIN || !channel)
		return -EINVAL;
	/* Takes effect the next time that the port is queued. */
	WRITE_ONCE(channel->priority, (uint8_t)operation->priority);
	return 0;
}

void fifo_fini(struct domain *d)
{
	struct event_domain *e = d->event;
	struct vcpu *v;

	for_each_vcpu(d, v) if (v->event && v->event->control)
	{
		page_give(v->event->control);
		v->event->control = NULL;
	}
	while (e->nr_fifo_words) {
		e->nr_fifo_words -= (uint32_t)WORDS_PER_PAGE;
		page_give(e->fifo_pages[e->nr_fifo_words / WORDS_PER_PAGE]);
	}
	e->is_fifo = false;
}
