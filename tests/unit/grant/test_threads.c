/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several CPUs map, unmap, copy and switch versions at once, while the granter writes into its table: no count is lost. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "../../../hypervisor/grant/grant_internal.h"
#include "hv/errno.h"

#define FIRST_REF 10 /* behind those that a switch of the version keeps */
#define NR_REFS 6
#define NR_ROUNDS 4000

static bool is_over;

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* cmocka's checks belong to the thread that runs the test. */
static void require_equal_at(int64_t value, int64_t expected, int line)
{
	if (value == expected)
		return;
	fprintf(stderr, "%s:%d: %ld, not %ld\n", __FILE__, line, (long)value, (long)expected);
	abort();
}

#define require_equal(value, expected) require_equal_at(value, expected, __LINE__)

static void mapping_round(uint32_t *seed, unsigned int slot)
{
	struct xen_gnttab_map_grant_ref map;
	uint32_t flags = next_random(seed) & (GNTMAP_readonly | GNTMAP_device_map);
	struct xen_gnttab_unmap_grant_ref unmap;

	map = map_slot(FIRST_REF + next_random(seed) % NR_REFS, slot, flags | GNTMAP_host_map);
	if (map.status != GNTST_okay)
		return;
	unmap.host_addr = slot_address(slot);
	unmap.handle = map.handle;
	unmap.dev_bus_addr = flags & GNTMAP_device_map ? map.dev_bus_addr : 0;
	require_equal(grant_op(GNTTABOP_unmap_grant_ref, &unmap, 1), 0);
	require_equal(unmap.status, GNTST_okay);
}

static void copy_round(uint32_t *seed)
{
	struct xen_gnttab_copy op = {.len = 8, .flags = GNTCOPY_source_gref};

	op.source.domid = GRANTER_ID;
	op.source.u.ref = FIRST_REF + next_random(seed) % NR_REFS;
	op.dest.domid = DOMID_SELF;
	op.dest.u.gmfn = page_to_mfn(mapper_pages[next_random(seed) % NR_PAGES]).n;
	require_equal(grant_op(GNTTABOP_copy, &op, 1), 0);
}

static void *mapper_run(void *data)
{
	unsigned int n = (unsigned int)(uintptr_t)data;
	uint32_t seed = n;

	fake_cpu_enter(n);
	fixture_act_as(mapper, n & 1);
	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		mapping_round(&seed, n);
		copy_round(&seed);
		/* Anybody's handle. */
		(void)unmap_slot(next_random(&seed) % 4, 700);
	}
	return NULL;
}

/* Writes of the granter that come at any moment; in the end the entries are as at the start. */
static void *granter_run(void *data)
{
	uint32_t seed = 99;

	fake_cpu_enter(3);
	fixture_act_as(granter, 0);
	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
		uint32_t ref = FIRST_REF + next_random(&seed) % NR_REFS;
		struct xen_gnttab_swap_grant_ref swap = {
			ref, FIRST_REF + next_random(&seed) % NR_REFS, 0};

		__atomic_store_n(&entry_v1(ref)->frame,
				 (uint32_t)page_to_mfn(granter_pages[ref % NR_PAGES]).n,
				 __ATOMIC_RELAXED);
		require_equal(grant_op(GNTTABOP_swap_grant_ref, &swap, 1), 0);
		(void)set_version(1 + (next_random(&seed) & 1));
		(void)set_version(1);
		if (READ_ONCE(granter->grant->version) == 1) {
			entry_v1(ref)->domid = MAPPER_ID;
			__atomic_fetch_or(&entry_v1(ref)->flags, GTF_permit_access,
					  __ATOMIC_SEQ_CST);
		}
	}
	return NULL;
}

static void counts_survive_any_order(void **state)
{
	pthread_t threads[3];

	fixture_start();
	for (uint32_t ref = FIRST_REF; ref < FIRST_REF + NR_REFS; ref++)
		grant_page(ref, mapper, granter_pages[ref % NR_PAGES], 0);
	for (unsigned int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, mapper_run, (void *)(uintptr_t)(i + 1));
	pthread_create(&threads[2], NULL, granter_run, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	pthread_join(threads[2], NULL);
	assert_true(fixture_is_consistent());
	fixture_act_as(granter, 0);
	assert_int_equal(set_version(1), 0);
	for (uint32_t ref = FIRST_REF; ref < FIRST_REF + NR_REFS; ref++) {
		assert_int_equal(grant_active_of(granter->grant, ref)->pins, 0);
		assert_int_equal(entry_v1(ref)->flags & (GTF_reading | GTF_writing), 0);
	}
	assert_int_equal(granter->references, 1);
	assert_true(fixture_end());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_survive_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
