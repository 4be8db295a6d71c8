/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processors go off and come back many times, while vcpus of dom0 spin and flush the TLBs of all, one domain is busy and one wakes every
 * millisecond: everybody goes on, and the machine says how many processors there are.
 */
#include "guest/event.h"
#include "guest/hotplug.h"
#include "guest/page.h"
#include "guest/scheduling.h"
#include "guest/test.h"
#include "guest/vcpu.h"

#define NR 4
#define NR_ROUNDS 12

static volatile uint64_t turns[NR];
static volatile bool is_over;
static struct child *busy, *sleeper;

static void spin(void *turn)
{
	volatile uint64_t *mine = turn;

	while (!is_over)
		(*mine)++;
	hypercall_vcpu_op(VCPUOP_down, vcpu_current()->id, NULL);
}

static void flush(void *turn)
{
	volatile uint64_t *mine = turn;

	while (!is_over) {
		mmuext(MMUEXT_TLB_FLUSH_ALL, 0, 0);
		(*mine)++;
	}
	hypercall_vcpu_op(VCPUOP_down, vcpu_current()->id, NULL);
}

static bool goes_on(volatile uint64_t *count, uint64_t than)
{
	for (unsigned int ms = 0; ms < 20000 && *count == than; ms++)
		sleep_ns(MILLISECOND);
	return *count != than;
}

static void check_all_go_on(void)
{
	uint64_t woken = sleeper->mailbox->words[2], time = child_cpu_time(busy);

	for (unsigned int id = 1; id < NR; id++)
		CHECK(goes_on(&turns[id], turns[id]));
	CHECK(goes_on(&sleeper->mailbox->words[2], woken));
	CHECK(child_cpu_time(busy) > time);
}

static uint32_t core_of(uint32_t cpu)
{
	struct xen_sysctl call = {0};
	struct xen_sysctl_cputopo topology[NR];

	call.u.cputopoinfo.num_cpus = NR;
	call.u.cputopoinfo.cputopo = (uint64_t)topology;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_cputopoinfo), 0);
	return topology[cpu].core;
}

static void check_is_off(uint32_t cpu, uint32_t nr_online)
{
	CHECK_EQUAL(cpus_online(), nr_online);
	CHECK_EQUAL(cpu_flags(cpu), 0);
	CHECK_EQUAL(core_of(cpu), XEN_INVALID_CORE_ID);
	CHECK_EQUAL(cpu_off(cpu), -XEN_EINVAL);
	CHECK_EQUAL(cpu_platform(cpu, XENPF_cpu_offline), 0);
}

static void one_by_one(uint32_t cpu, bool by_platform)
{
	CHECK_EQUAL(by_platform ? cpu_platform(cpu, XENPF_cpu_offline) : cpu_off(cpu), 0);
	check_is_off(cpu, NR - 1);
	check_all_go_on();
	CHECK_EQUAL(by_platform ? cpu_platform(cpu, XENPF_cpu_online) : cpu_on(cpu), 0);
	CHECK_EQUAL(cpus_online(), NR);
	CHECK_EQUAL(cpu_flags(cpu), XEN_PCPU_FLAGS_ONLINE);
	CHECK(core_of(cpu) != XEN_INVALID_CORE_ID);
}

static void all_but_the_first(void)
{
	for (uint32_t cpu = 1; cpu < NR; cpu++)
		CHECK_EQUAL(cpu_off(cpu), 0);
	CHECK_EQUAL(cpus_online(), 1);
	check_all_go_on();
	for (uint32_t cpu = 1; cpu < NR; cpu++)
		CHECK_EQUAL(cpu_on(cpu), 0);
	CHECK_EQUAL(cpus_online(), NR);
	check_all_go_on();
}

static void start_all(void)
{
	vcpu_start(1, spin, (void *)(uintptr_t)&turns[1]);
	vcpu_start(2, flush, (void *)(uintptr_t)&turns[2]);
	vcpu_start(3, flush, (void *)(uintptr_t)&turns[3]);
	busy = child_create();
	child_build(busy, spin_for_ever);
	child_unpause(busy);
	sleeper = child_create();
	child_build(sleeper, wake_again_and_again);
	sleeper->mailbox->words[0] = MILLISECOND;
	child_unpause(sleeper);
}

void test_main(void)
{
	long port = event_bind_virq(VIRQ_PCPU_STATE, 0);

	REQUIRE(port > 0);
	event_unmask((uint32_t)port);
	event_delivery_on();
	start_all();
	check_all_go_on();
	for (unsigned int round = 0; round < NR_ROUNDS; round++)
		one_by_one(1 + round % (NR - 1), round & 1);
	for (unsigned int round = 0; round < 2; round++)
		all_but_the_first();
	/* Several in a row may be one. */
	CHECK(event_wait((uint32_t)port, NR_ROUNDS, SECOND));
	/* Nobody depends on a processor any more that was away. */
	for (unsigned int id = 1; id < NR; id++)
		CHECK(goes_on(&turns[id], turns[id]));
	is_over = true;
	child_destroy(busy);
	child_destroy(sleeper);
}
