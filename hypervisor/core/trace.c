/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records into each CPU's ring; what finds no room is counted and told later. */
#include "hv/trace.h"

#include <stdarg.h>
#include "hv/arch.h"
#include "hv/percpu.h"
#include "hv/printk.h"
#include "hv/softirq.h"
#include "hv/string.h"

#define HEAD_BYTES 4
#define CYCLES_BYTES 8

struct trace_ring {
	struct xen_t_buf *head; /* NULL: none yet */
	char *data;
	uint32_t bytes;	   /* of data */
	uint32_t producer; /* ours: the head's copy is only told */
	uint32_t nr_lost;
	uint64_t first_lost_tsc;
};

/* What a tool gets in place of records that found no room. */
struct lost_records {
	uint32_t nr;
	uint16_t vcpu, domain;
	uint32_t tsc[2];
};

bool trace_is_on;
static DEFINE_PER_CPU(struct trace_ring, trace_ring);
static struct cpumask cpus_wanted = {{[0 ...(NR_CPUS + 63) / 64 - 1] = ~0UL}};
static uint32_t events_wanted = TRC_ALL;
static void (*half_full)(void);
static struct tasklet notify_tasklet;

static void notify_run(void *data)
{
	(void)data;
	half_full();
}

static bool event_is_wanted(uint32_t event)
{
	uint32_t both = READ_ONCE(events_wanted) & event;

	return both >> TRC_CLS_SHIFT && both >> TRC_SUBCLS_SHIFT & 0xf &&
	       bitmap_test(cpus_wanted.bits, cpu_this());
}

/* Bytes that the tool hasn't read yet; more than there can be when it broke its offset. */
static uint32_t ring_used(const struct trace_ring *ring)
{
	uint32_t consumer = READ_ONCE(ring->head->cons);

	if (consumer >= 2 * ring->bytes)
		return UINT32_MAX;
	return ring->producer >= consumer ? ring->producer - consumer
					  : ring->producer + 2 * ring->bytes - consumer;
}

static uint32_t ring_to_wrap(const struct trace_ring *ring)
{
	return ring->producer < ring->bytes ? ring->bytes - ring->producer
					    : 2 * ring->bytes - ring->producer;
}

static void ring_advance(struct trace_ring *ring, uint32_t bytes)
{
	ring->producer += bytes;
	if (ring->producer >= 2 * ring->bytes)
		ring->producer -= 2 * ring->bytes;
}

static void record_put(struct trace_ring *ring, uint32_t event, uint64_t tsc, const void *data,
		       uint32_t bytes)
{
	char *to = ring->data + ring->bytes - ring_to_wrap(ring);
	uint32_t head = event | bytes / 4 << TRACE_EXTRA_SHIFT | TRC_HD_CYCLE_FLAG;

	memcpy(to, &head, HEAD_BYTES);
	memcpy(to + HEAD_BYTES, &tsc, CYCLES_BYTES);
	memcpy(to + HEAD_BYTES + CYCLES_BYTES, data, bytes);
	ring_advance(ring, HEAD_BYTES + CYCLES_BYTES + bytes);
}

/* A record doesn't go over the end of the ring: one that says so fills the rest, with the cycles' room when it must. */
static void wrap_put(struct trace_ring *ring)
{
	uint32_t bytes = ring_to_wrap(ring), nr_extra = bytes / 4 - 1;
	uint32_t head = TRC_TRACE_WRAP_BUFFER;
	char *to = ring->data + ring->bytes - bytes;

	if (nr_extra > TRACE_EXTRA_MAX) {
		nr_extra -= CYCLES_BYTES / 4;
		head |= TRC_HD_CYCLE_FLAG;
	}
	head |= nr_extra << TRACE_EXTRA_SHIFT;
	memcpy(to, &head, HEAD_BYTES);
	memset(to + HEAD_BYTES, 0, bytes - HEAD_BYTES);
	ring_advance(ring, bytes);
}

/* False: no room. */
static bool record_insert(struct trace_ring *ring, uint32_t event, uint64_t tsc, const void *data,
			  uint32_t bytes)
{
	uint32_t wanted = HEAD_BYTES + CYCLES_BYTES + bytes, to_wrap = ring_to_wrap(ring);
	uint32_t total = wanted + (to_wrap < wanted ? to_wrap : 0);

	if (ring->bytes - ring_used(ring) < total)
		return false;
	if (to_wrap < wanted)
		wrap_put(ring);
	record_put(ring, event, tsc, data, bytes);
	__atomic_store_n(&ring->head->prod, ring->producer, __ATOMIC_RELEASE);
	return true;
}

static bool lost_insert(struct trace_ring *ring, uint64_t tsc)
{
	struct lost_records lost = {.nr = ring->nr_lost, .tsc = {TRACE_64(ring->first_lost_tsc)}};

	if (!record_insert(ring, TRC_LOST_RECORDS, tsc, &lost, sizeof(lost)))
		return false;
	ring->nr_lost = 0;
	return true;
}

static void ring_write(struct trace_ring *ring, uint32_t event, const void *data, uint32_t bytes)
{
	uint64_t tsc = read_tsc();
	uint32_t used = ring_used(ring);

	if (used > ring->bytes) {
		WRITE_ONCE(trace_is_on, false);
		printk(LOG_WARNING, "trace: a tool's offset makes no sense; tracing is off");
		return;
	}
	if ((ring->nr_lost && !lost_insert(ring, tsc)) ||
	    !record_insert(ring, event, tsc, data, bytes)) {
		if (!ring->nr_lost++)
			ring->first_lost_tsc = tsc;
		return;
	}
	if (used < ring->bytes / 2 && ring_used(ring) >= ring->bytes / 2)
		tasklet_schedule(&notify_tasklet);
}

void trace_write(uint32_t event, const void *data, unsigned int bytes)
{
	struct trace_ring *ring = &this_cpu(trace_ring);
	uint64_t flags;

	if (!ring->head || !event_is_wanted(event))
		return;
	flags = interrupts_save_off();
	ring_write(ring, event, data, bytes);
	interrupts_restore(flags);
}

void trace_words(uint32_t event, unsigned int nr, ...)
{
	uint32_t words[TRACE_EXTRA_MAX];
	va_list list;

	va_start(list, nr);
	for (unsigned int i = 0; i < MIN(nr, (unsigned int)TRACE_EXTRA_MAX); i++)
		words[i] = va_arg(list, uint32_t);
	va_end(list);
	trace_write(event, words, MIN(nr, (unsigned int)TRACE_EXTRA_MAX) * 4);
}

void trace_set_ring(unsigned int cpu, struct xen_t_buf *head, uint32_t bytes)
{
	struct trace_ring *ring = &per_cpu(trace_ring, cpu);

	ring->data = (char *)(head + 1);
	ring->bytes = bytes - (uint32_t)sizeof(*head);
	ring->producer = 0;
	ring->head = head;
}

void trace_set_notify(void (*notify)(void))
{
	half_full = notify;
	tasklet_init(&notify_tasklet, notify_run, NULL);
}

void trace_set_on(bool on)
{
	__atomic_store_n(&trace_is_on, on, __ATOMIC_RELEASE);
}

uint32_t trace_get_events(void)
{
	return events_wanted;
}

void trace_set_events(uint32_t mask)
{
	WRITE_ONCE(events_wanted, mask);
}

void trace_set_cpus(const struct cpumask *cpus)
{
	cpus_wanted = *cpus;
}
