/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flushes: which CPUs get one, what the flush clock spares, shoot-downs that cross. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "asm/irq.h"
#include "asm/tlb.h"
#include "fake.h"

#define MASK 0xffffffu
#define NR_ROUNDS 300
#define ROOT 0x5000

uint64_t hv_root_table[PT_ENTRIES];
uint64_t image_physical;

static struct domain *one, *two;
static unsigned int sent[FAKE_NR_CPUS];
static bool deliver; /* at once, by the sender's thread */
static int raised[FAKE_NR_CPUS];

void apic_send(unsigned int cpu, uint8_t vector)
{
	unsigned int self = cpu_this();

	assert_int_equal(vector, VECTOR_TLB_FLUSH);
	__atomic_fetch_add(&sent[cpu], 1, __ATOMIC_SEQ_CST);
	if (!deliver) {
		__atomic_store_n(&raised[cpu], 1, __ATOMIC_SEQ_CST);
		return;
	}
	fake_cpu_enter(cpu);
	tlb_handle_interrupt();
	fake_cpu_enter(self);
}

static unsigned int sent_to(unsigned int cpu)
{
	unsigned int nr = sent[cpu];

	sent[cpu] = 0;
	return nr;
}

static void run_on(unsigned int cpu, struct vcpu *v, uint64_t cr3)
{
	fake_cpu_enter(cpu);
	fake_interrupts_set(false);
	tlb_switch_root(v, cr3);
	fake_interrupts_set(true);
	fake_cpu_enter(0);
}

static int setup(void **state)
{
	fake_machine_start();
	fake_cpus_set_online(4);
	memset(sent, 0, sizeof(sent));
	memset(raised, 0, sizeof(raised));
	deliver = true;
	tlb_clock = 1;
	one = fake_domain_create(1, 3);
	two = fake_domain_create(2, 1);
	for (unsigned int cpu = 0; cpu < 4; cpu++)
		run_on(cpu, one->vcpu[0], 0);
	return 0;
}

static void a_domain_is_flushed_where_it_runs(void **state)
{
	run_on(0, one->vcpu[0], ROOT);
	run_on(1, one->vcpu[1], ROOT);
	run_on(2, two->vcpu[0], ROOT);
	tlb_flush_domain(one, FLUSH_TLB, 0);
	assert_int_equal(sent_to(1), 1);
	assert_int_equal(sent_to(2), 0);
	/* Another vcpu of the domain keeps the CPU among its own, one of another domain doesn't. */
	run_on(1, one->vcpu[2], ROOT);
	tlb_flush_domain(one, FLUSH_TLB, 0);
	assert_int_equal(sent_to(1), 1);
	assert_int_equal(one->vcpu[1]->arch.pv.tlb_cpu, 0);
	assert_int_equal(one->vcpu[2]->arch.pv.tlb_cpu, 2);
	run_on(1, two->vcpu[0], ROOT);
	tlb_flush_domain(one, FLUSH_TLB, 0);
	assert_int_equal(sent_to(1), 0);
	run_on(1, one->vcpu[1], 0);
	tlb_flush_domain(two, FLUSH_TLB, 0);
	assert_int_equal(sent_to(1), 0);
}

static void a_vcpu_that_moved_is_told_from_the_cpu_it_left(void **state)
{
	run_on(1, one->vcpu[1], ROOT);
	/* CPU 2 took it over before CPU 1 loaded something else. */
	run_on(2, one->vcpu[1], ROOT);
	run_on(1, one->vcpu[1], 0);
	assert_int_equal(one->vcpu[1]->arch.pv.tlb_cpu, 3);
	tlb_flush_domain(one, FLUSH_TLB, 0);
	assert_int_equal(sent_to(1), 0);
	assert_int_equal(sent_to(2), 1);
}

static void the_clock_spares_who_has_flushed(void **state)
{
	uint32_t stamp;

	run_on(0, one->vcpu[0], ROOT);
	run_on(1, one->vcpu[1], ROOT);
	stamp = (uint32_t)tlb_clock_read() & MASK;
	tlb_flush_stale(one, stamp, MASK);
	assert_int_equal(sent_to(1), 1);
	tlb_flush_stale(one, stamp, MASK);
	assert_int_equal(sent_to(1), 0);
	/* A mapping that went away since. */
	stamp = (uint32_t)tlb_clock_read() & MASK;
	tlb_flush_stale(one, stamp, MASK);
	assert_int_equal(sent_to(1), 1);
	/* Idle CPUs hold nothing, whoever asks. */
	run_on(1, one->vcpu[1], 0);
	stamp = (uint32_t)tlb_clock_read() & MASK;
	tlb_flush_stale(NULL, stamp, MASK);
	assert_int_equal(sent_to(1) + sent_to(2) + sent_to(3), 0);
}

static void a_flush_of_one_address_does_not_count(void **state)
{
	uint32_t stamp;

	run_on(1, one->vcpu[1], ROOT);
	stamp = (uint32_t)tlb_clock_read() & MASK;
	tlb_flush_domain(one, FLUSH_ONE, 0x1000);
	assert_int_equal(sent_to(1), 1);
	tlb_flush_stale(one, stamp, MASK);
	assert_int_equal(sent_to(1), 1);
}

/* Old stamps look young when the low bits of the clock have wrapped: then there is a flush too many, never one too few. */
static void wrapped_stamps_flush_rather_too_much(void **state)
{
	run_on(1, one->vcpu[1], ROOT);
	tlb_clock = 0x5000010;
	tlb_flush_domain(one, FLUSH_TLB, 0);
	assert_int_equal(sent_to(1), 1);
	tlb_flush_stale(one, 0x000011, MASK);
	assert_int_equal(sent_to(1), 1);
	tlb_flush_stale(one, 0xfffff0, MASK);
	assert_int_equal(sent_to(1), 0);
	tlb_flush_stale(one, 0x000005, MASK);
	assert_int_equal(sent_to(1), 0);
}

static void toggling_roots_counts_as_a_flush(void **state)
{
	uint32_t stamp;

	run_on(1, one->vcpu[1], ROOT);
	stamp = (uint32_t)tlb_clock_read() & MASK;
	tlb_flush_local(FLUSH_TLB, 0);
	fake_cpu_enter(1);
	tlb_clock += 1;
	tlb_toggle_root(ROOT + 0x1000);
	fake_cpu_enter(0);
	tlb_flush_stale(one, stamp, MASK);
	assert_int_equal(sent_to(1), 0);
}

/* Every CPU flushes all others, some with interrupts off: none waits for ever. */
static void *cross_run(void *data)
{
	unsigned int self = (unsigned int)(uintptr_t)data;

	fake_cpu_enter(self);
	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		bool off = (i + self) % 3 == 0;

		fake_interrupts_set(!off);
		tlb_flush_all(FLUSH_TLB);
		fake_interrupts_set(true);
	}
	/* The others may still want this one. */
	__atomic_fetch_add(&raised[FAKE_NR_CPUS - 1], 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&raised[FAKE_NR_CPUS - 1], __ATOMIC_SEQ_CST) < 3) {
		tlb_handle_interrupt();
		sched_yield();
	}
	return NULL;
}

/* The interrupts of threads that wait with interrupts on. */
static void *interrupts_run(void *data)
{
	while (__atomic_load_n(&raised[FAKE_NR_CPUS - 1], __ATOMIC_SEQ_CST) < 3)
		for (unsigned int cpu = 0; cpu < 3; cpu++)
			if (__atomic_exchange_n(&raised[cpu], 0, __ATOMIC_SEQ_CST)) {
				fake_cpu_enter(cpu);
				tlb_handle_interrupt();
			}
	return NULL;
}

static void crossing_flushes_all_end(void **state)
{
	pthread_t threads[4];

	fake_cpus_set_online(3);
	deliver = false;
	for (uintptr_t i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, cross_run, (void *)i);
	pthread_create(&threads[3], NULL, interrupts_run, NULL);
	for (unsigned int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_domain_is_flushed_where_it_runs),
		TEST(a_vcpu_that_moved_is_told_from_the_cpu_it_left),
		TEST(the_clock_spares_who_has_flushed),
		TEST(a_flush_of_one_address_does_not_count),
		TEST(wrapped_stamps_flush_rather_too_much),
		TEST(toggling_roots_counts_as_a_flush),
		TEST(crossing_flushes_all_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
