/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Thousands of sysctl calls with the right version and random payloads, small numbers and good and bad addresses mixed, while other vcpus
 * run: pools change under them, trace buffers come, and in the end the machine answers as before.
 */
#include "guest/page.h"
#include "guest/scheduling.h"
#include "guest/test.h"
#include "guest/vcpu.h"

#define NR_VCPUS 3
#define NR_CALLS 6000u
#define SCRATCH_PAGES 4
#define SCRATCH_ADDRESS 0x200000000000ul

static volatile uint64_t turns[NR_VCPUS];
static uint64_t random_state;
static uint8_t *scratch;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint64_t random_word(void)
{
	static const uint64_t special[] = {0, ~0ull, 0x7000dead0000, 1ull << 63,
					   0xffff800000000000};
	uint64_t value = random_next();

	switch (value & 3) {
	case 0:
		return value >> 8 & 7;
	case 1:
		return (uint64_t)scratch + (value >> 8 & (SCRATCH_PAGES * 4096 - 8));
	case 2:
		return (value >> 8 & 7) | (value >> 16 & 7) << 32;
	default:
		return special[(value >> 8) % ARRAY_SIZE(special)];
	}
}

/* Nothing is mapped behind: what is too long for it fails rather than fall on us. */
static void scratch_map(void)
{
	const char *pages = page_alloc(SCRATCH_PAGES);

	scratch = (uint8_t *)SCRATCH_ADDRESS;
	for (unsigned int i = 0; i < SCRATCH_PAGES; i++)
		map_at(SCRATCH_ADDRESS + i * 4096ul,
		       pte_make(mfn_of(pages + i * 4096ul), PTE_DATA));
}

/* Keys reboot and panic on purpose. */
static uint32_t random_command(void)
{
	uint32_t command = random_next() >> 20 & 31;

	return command == XEN_SYSCTL_debug_keys ? XEN_SYSCTL_cpupool_op : command;
}

static void count(void *turn)
{
	volatile uint64_t *mine = turn;

	for (;;)
		(*mine)++;
}

/* The pool of dom0 has all processors again, whoever has them now. */
static void pools_restore(void)
{
	uint32_t first = 0, pool = 1;

	while (pool_call(XEN_SYSCTL_CPUPOOL_OP_INFO, &pool, 0, 0, 0) == 0) {
		CHECK_EQUAL(pool_call(XEN_SYSCTL_CPUPOOL_OP_DESTROY, &pool, 0, 0, 0), 0);
		pool++;
	}
	while (pool_call(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, &first, 0, POOL_ANY, 0) == 0)
		first = 0;
}

static void check_alive(void)
{
	for (unsigned int id = 1; id < NR_VCPUS; id++) {
		uint64_t before = turns[id];

		sleep_ns(100 * MILLISECOND);
		CHECK(turns[id] != before);
	}
}

void test_main(void)
{
	struct xen_sysctl call;
	uint64_t *words = (uint64_t *)&call.u;
	uint64_t seed = test_option_number("seed", 20261120);

	random_state = seed;
	scratch_map();
	for (unsigned int id = 1; id < NR_VCPUS; id++)
		vcpu_start(id, count, (void *)(uintptr_t)&turns[id]);
	for (unsigned int i = 0; i < NR_CALLS; i++) {
		for (unsigned int j = 0; j < sizeof(call.u) / 8; j++)
			words[j] = random_word();
		sysctl_send(&call, random_command() | (random_next() & 63 ? 0 : 1u << 8));
	}
	pools_restore();
	check_alive();
	REQUIRE_EQUAL(sysctl_send(&call, XEN_SYSCTL_physinfo), 0);
	CHECK_EQUAL(call.u.physinfo.nr_cpus, NR_VCPUS);
}
