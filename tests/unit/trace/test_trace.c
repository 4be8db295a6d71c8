/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings of trace records: whole records in order, a filler at the end, the lost are told, a broken offset ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "fake.h"
#include "hv/softirq.h"
#include "hv/trace.h"

#define RING_BYTES 4096u
#define DATA_BYTES (RING_BYTES - (uint32_t)sizeof(struct xen_t_buf))
#define EVENT 0x0002f123u

static struct xen_t_buf *ring;
static uint32_t nr_notified, next_value, nr_lost, nr_records;

static void notified(void)
{
	nr_notified++;
}

static int setup(void **state)
{
	const struct cpumask all = {{~0UL}};

	(void)state;
	fake_machine_start();
	ring = calloc(1, RING_BYTES);
	trace_set_ring(0, ring, RING_BYTES);
	trace_set_notify(notified);
	trace_set_events(TRC_ALL);
	trace_set_cpus(&all);
	trace_set_on(true);
	nr_notified = next_value = nr_lost = nr_records = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	trace_set_on(false);
	free(ring);
	return 0;
}

/* Each record carries a running number, and as many more words as wanted. */
static void leave(uint32_t value, unsigned int nr_more)
{
	const uint32_t words[TRACE_EXTRA_MAX] = {value};

	trace_write(EVENT, words, (1 + nr_more) * 4);
}

static void record_check(uint32_t head, const uint32_t *extra)
{
	if (TRC_HD_TO_EVENT(head) == TRC_LOST_RECORDS) {
		nr_lost += extra[0];
		next_value += extra[0];
		return;
	}
	assert_int_equal(TRC_HD_TO_EVENT(head), EVENT);
	assert_int_equal(extra[0], next_value);
	next_value++;
	nr_records++;
}

/* Reads at most so many records. */
static void consume(unsigned int most)
{
	const char *data = (const char *)(ring + 1);

	while (ring->cons != ring->prod && most--) {
		uint32_t offset = ring->cons % DATA_BYTES, head, extra[TRACE_EXTRA_MAX] = {0};
		uint32_t bytes, skip;

		memcpy(&head, data + offset, sizeof(head));
		skip = TRC_HD_INCLUDES_CYCLE_COUNT(head) ? 12 : 4;
		bytes = skip + 4 * TRC_HD_EXTRA(head);
		assert_true(offset + bytes <= DATA_BYTES);
		memcpy(extra, data + offset + skip, bytes - skip);
		if (TRC_HD_TO_EVENT(head) == TRC_TRACE_WRAP_BUFFER)
			assert_int_equal(offset + bytes, DATA_BYTES);
		else
			record_check(head, extra);
		ring->cons = (ring->cons + bytes) % (2 * DATA_BYTES);
	}
}

static void records_come_in_order(void **state)
{
	(void)state;
	srandom(1);
	for (uint32_t i = 0; i < 200000; i++) {
		leave(i, (unsigned int)random() % 7);
		if (random() % 8 == 0)
			consume((unsigned int)random() % 15);
	}
	/* One more, so that the last lost ones are told. */
	consume(UINT32_MAX);
	leave(200000, 0);
	consume(UINT32_MAX);
	assert_int_equal(next_value, 200001);
	assert_int_equal(nr_records + nr_lost, 200001);
	assert_true(nr_lost > 0 && nr_records > 100000);
}

static void full_ring_loses_the_latest(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		leave(i, 0);
	consume(UINT32_MAX);
	assert_int_equal(nr_records, DATA_BYTES / 16);
	assert_int_equal(nr_lost, 0);
	leave(1000, 0);
	consume(UINT32_MAX);
	assert_int_equal(nr_lost, 1000 - DATA_BYTES / 16);
	assert_int_equal(next_value, 1001);
}

static void half_full_is_told_once(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		leave(i, 0);
	softirq_run();
	assert_int_equal(nr_notified, 1);
	consume(UINT32_MAX);
	for (uint32_t i = 200; i < 300; i++)
		leave(i, 0);
	softirq_run();
	assert_int_equal(nr_notified, 1);
}

static void masks_choose(void **state)
{
	const struct cpumask other = {{2}};

	(void)state;
	trace_set_events(TRC_PV);
	leave(0, 0);
	trace_set_events(TRC_SCHED_MIN);
	trace_write(TRC_SCHED_WAKE, NULL, 0);
	assert_int_equal(ring->prod, 0);
	trace_set_events(TRC_ALL);
	trace_set_cpus(&other);
	leave(0, 0);
	assert_int_equal(ring->prod, 0);
}

static void broken_offset_ends_tracing(void **state)
{
	static const uint32_t broken[] = {2 * DATA_BYTES, UINT32_MAX, 64};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++) {
		trace_set_on(true);
		ring->cons = broken[i];
		leave(0, 0);
		assert_false(trace_is_on);
	}
}

/* What the tool writes over our offset is nothing to us. */
static void producer_is_our_own(void **state)
{
	(void)state;
	leave(0, 0);
	ring->prod = 0x7fffffff;
	leave(1, 0);
	assert_int_equal(ring->prod, 32);
	consume(UINT32_MAX);
	assert_int_equal(nr_records, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(records_come_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(full_ring_loses_the_latest, setup, teardown),
		cmocka_unit_test_setup_teardown(half_full_is_told_once, setup, teardown),
		cmocka_unit_test_setup_teardown(masks_choose, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_offset_ends_tracing, setup, teardown),
		cmocka_unit_test_setup_teardown(producer_is_our_own, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
