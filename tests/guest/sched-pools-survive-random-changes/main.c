/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hundreds of random changes of pools while busy and sleeping domains, and vcpus of dom0, run on all processors: each domain goes on, and
 * when all is put back each has its time.
 */
#include "guest/scheduling.h"
#include "guest/test.h"
#include "guest/vcpu.h"

#define NR_VCPUS 3
#define NR_CHILDREN 4
#define NR_CHANGES 200u
#define MAX_POOLS 4

static struct child *children[NR_CHILDREN];
static uint64_t random_state;
static unsigned int nr_done;

static uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 20) % limit;
}

static void spin(void *argument)
{
	volatile uint64_t turns = 0;

	for (;;)
		turns++;
}

static void change(void)
{
	static const uint32_t operations[] = {
		XEN_SYSCTL_CPUPOOL_OP_CREATE,	  XEN_SYSCTL_CPUPOOL_OP_DESTROY,
		XEN_SYSCTL_CPUPOOL_OP_ADDCPU,	  XEN_SYSCTL_CPUPOOL_OP_ADDCPU,
		XEN_SYSCTL_CPUPOOL_OP_RMCPU,	  XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN,
		XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN,
	};
	static const uint32_t sched_ids[] = {XEN_SCHEDULER_CREDIT, XEN_SCHEDULER_RTDS,
					     XEN_SCHEDULER_NULL};
	uint32_t operation = operations[random_below(ARRAY_SIZE(operations))];
	uint32_t pool = random_below(MAX_POOLS), cpu = random_below(4);
	uint16_t domid = children[random_below(NR_CHILDREN)]->id;

	if (pool_call(operation, &pool, sched_ids[random_below(3)], cpu, domid) == 0)
		nr_done++;
	if (random_below(4) == 0)
		sleep_ns(random_below(3) * MILLISECOND);
}

/* Everybody is in the first pool again, which has all processors. */
static void restore(void)
{
	uint32_t pool, first = 0;

	for (unsigned int i = 0; i < NR_CHILDREN; i++) {
		pool = 0;
		CHECK_EQUAL(
			pool_call(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, &pool, 0, 0, children[i]->id),
			0);
	}
	for (unsigned int id = 1; id < MAX_POOLS; id++) {
		long result;

		pool = id;
		result = pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &pool, 0, 0, 0);
		CHECK(result == 0 || result == -XEN_ENOENT);
	}
	while (pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &first, 0, POOL_ANY, 0) == 0)
		first = 0;
}

void test_main(void)
{
	uint64_t before[NR_CHILDREN];

	random_state = test_option_number("seed", 4711);
	for (unsigned int id = 1; id < NR_VCPUS; id++)
		vcpu_start(id, spin, NULL);
	for (unsigned int i = 0; i < NR_CHILDREN; i++) {
		children[i] = child_create();
		child_build(children[i], i % 2 ? wake_again_and_again : spin_for_ever);
		children[i]->mailbox->words[0] = 300000;
		child_unpause(children[i]);
	}
	for (unsigned int i = 0; i < NR_CHANGES; i++)
		change();
	restore();
	printf("%u changes were made\n", nr_done);
	CHECK(nr_done > NR_CHANGES / 10);
	for (unsigned int i = 0; i < NR_CHILDREN; i++)
		before[i] = child_cpu_time(children[i]);
	sleep_ns(500 * MILLISECOND);
	for (unsigned int i = 0; i < NR_CHILDREN; i++)
		CHECK(child_cpu_time(children[i]) > before[i]);
	for (unsigned int i = 0; i < NR_CHILDREN; i++) {
		uint16_t id = children[i]->id;

		child_destroy(children[i]);
		CHECK(domain_wait_gone(id));
	}
}
