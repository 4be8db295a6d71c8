/* SPDX-License-Identifier: GPL-2.0-or-later */
/* memory_op's questions, maps, resources and claims, and what is refused by its row. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"
#include "hv/errno.h"
#include "hv/handlers.h"
#include "hv/heap.h"

struct entry {
	uint64_t address, bytes;
	uint32_t type;
} packed_struct;

static struct {
	union {
		uint16_t domid;
		struct xen_memory_map map;
		struct xen_foreign_memory_map set;
		struct xen_machphys_mapping mapping;
		struct xen_machphys_mfn_list list;
		struct xen_memory_reservation claim;
		struct xen_mem_acquire_resource resource;
		struct xen_add_to_physmap add;
		struct xen_add_to_physmap_batch batch;
		struct xen_remove_from_physmap removal;
		struct xen_vnuma_topology_info topology;
		struct xen_reserved_device_memory_map devices;
	};
	struct entry entries[64];
	uint64_t frames[256];
} *const g = (void *)window;

static int setup(void **state)
{
	fixture_clear();
	return 0;
}

static int teardown(void **state)
{
	fixture_preempt(false);
	fixture_act_as(control);
	assert_true(fixture_is_consistent());
	return 0;
}

static int64_t run(uint32_t operation)
{
	return fixture_memory_op(operation, g, NULL);
}

static void sizes_are_told_to_those_who_may_know(void **state)
{
	guest->shared_info->arch.max_pfn = 0x800;
	guest->max_pages = 77;
	g->domid = guest->id;
	assert_int_equal(run(XENMEM_maximum_reservation), 77);
	assert_int_equal(run(XENMEM_current_reservation), 0);
	assert_int_equal(run(XENMEM_maximum_gpfn), 0x7ff);
	guest->shared_info->arch.max_pfn = 0;
	assert_int_equal(run(XENMEM_maximum_gpfn), 0);
	fixture_act_as(guest);
	g->domid = DOMID_SELF;
	assert_int_equal(run(XENMEM_maximum_reservation), 77);
	g->domid = other->id;
	assert_int_equal(run(XENMEM_maximum_reservation), -EPERM);
	assert_int_equal(run(XENMEM_current_reservation), -EPERM);
	assert_int_equal(run(XENMEM_maximum_gpfn), -EPERM);
	g->domid = 999;
	assert_int_equal(run(XENMEM_maximum_reservation), -ESRCH);
	assert_int_equal(hypercall_memory_op(XENMEM_current_reservation, 0), -EFAULT);
	assert_int_equal(run(XENMEM_maximum_ram_page), END_FRAME - 1);
	assert_int_equal(hypercall_memory_op(XENMEM_maximum_ram_page | 64, 0), -EINVAL);
}

static void the_machine_to_physical_table_is_described(void **state)
{
	assert_int_equal(run(XENMEM_machphys_mapping), 0);
	assert_int_equal(g->mapping.v_start, MACH2PHYS_VIRT_START);
	assert_int_equal(g->mapping.v_end, MACH2PHYS_VIRT_END);
	assert_int_equal(g->mapping.max_mfn, M2P_BYTES / 8 - 1);
	g->list.max_extents = 10;
	g->list.extent_start = (uint64_t)g->frames;
	assert_int_equal(run(XENMEM_machphys_mfn_list), 0);
	assert_int_equal(g->list.nr_extents, 1);
	assert_int_equal(g->frames[0], 0x500);
	g->list.max_extents = 0;
	assert_int_equal(run(XENMEM_machphys_mfn_list), 0);
	assert_int_equal(g->list.nr_extents, 0);
	g->list.max_extents = 1;
	g->list.extent_start = 0;
	assert_int_equal(run(XENMEM_machphys_mfn_list), -EFAULT);
	assert_int_equal(run(XENMEM_machphys_compat_mfn_list), -ENOSYS);
}

static void the_machines_map_is_the_hardware_domains(void **state)
{
	g->map.nr_entries = 64;
	g->map.buffer = (uint64_t)g->entries;
	assert_int_equal(run(XENMEM_machine_memory_map), 0);
	assert_int_equal(g->map.nr_entries, 3);
	assert_int_equal(g->entries[1].address, 0xf0000);
	assert_int_equal(g->entries[2].type, 1);
	g->map.nr_entries = 2;
	assert_int_equal(run(XENMEM_machine_memory_map), -ENOBUFS);
	g->map.buffer = 0;
	assert_int_equal(run(XENMEM_machine_memory_map), 0);
	assert_int_equal(g->map.nr_entries, 3);
	fixture_act_as(guest);
	assert_int_equal(run(XENMEM_machine_memory_map), -EPERM);
}

static void a_domains_map_is_what_was_set(void **state)
{
	fixture_act_as(guest);
	g->map.nr_entries = 64;
	g->map.buffer = (uint64_t)g->entries;
	assert_int_equal(run(XENMEM_memory_map), -ENOSYS);
	fixture_act_as(control);
	g->set.domid = guest->id;
	g->set.map.nr_entries = 5;
	g->set.map.buffer = (uint64_t)g->entries;
	for (unsigned int i = 0; i < 5; i++)
		g->entries[i] = (struct entry){i << 20, 1 << 20, i + 1};
	assert_int_equal(run(XENMEM_set_memory_map), 0);
	g->set.map.nr_entries = 1025;
	assert_int_equal(run(XENMEM_set_memory_map), -EINVAL);
	g->set.map.nr_entries = 4;
	g->set.map.buffer = 0;
	assert_int_equal(run(XENMEM_set_memory_map), -EFAULT);
	g->set.domid = 999;
	assert_int_equal(run(XENMEM_set_memory_map), -ESRCH);
	fixture_act_as(guest);
	memset(g->entries, 0, sizeof(g->entries));
	g->map.nr_entries = 3;
	g->map.buffer = (uint64_t)g->entries;
	assert_int_equal(run(XENMEM_memory_map), 0);
	assert_int_equal(g->map.nr_entries, 3);
	assert_int_equal(g->entries[2].type, 3);
	assert_int_equal(g->entries[3].type, 0);
	g->set.domid = other->id;
	g->set.map.nr_entries = 1;
	g->set.map.buffer = (uint64_t)g->entries;
	assert_int_equal(run(XENMEM_set_memory_map), -EPERM);
}

static void grant_frames_are_acquired_for_another_domain(void **state)
{
	unsigned int nr_calls;
	struct xen_mem_acquire_resource good = {.domid = guest->id,
						.frame_list = (uint64_t)g->frames,
						.type = XENMEM_resource_grant_table,
						.frame = 2,
						.nr_frames = 20};

	g->resource = good;
	fixture_preempt(true);
	assert_int_equal(fixture_memory_op(XENMEM_acquire_resource, g, &nr_calls), 0);
	assert_int_equal(nr_calls, 20);
	for (unsigned int i = 0; i < 20; i++)
		assert_int_equal(g->frames[i], 0x7002 + i);
	g->resource = (struct xen_mem_acquire_resource){.domid = guest->id, .type = 1};
	assert_int_equal(run(XENMEM_acquire_resource), 0);
	assert_int_equal(g->resource.nr_frames, 64);
#define REFUSED_AS(error, change)                                         \
	do {                                                              \
		g->resource = good;                                       \
		g->resource.change;                                       \
		assert_int_equal(run(XENMEM_acquire_resource), -(error)); \
	} while (0)
	REFUSED_AS(EINVAL, pad = 1);
	REFUSED_AS(EINVAL, id = 2);
	REFUSED_AS(EINVAL, id = XENMEM_resource_grant_table_id_status);
	REFUSED_AS(EINVAL, frame = 60);
	REFUSED_AS(EINVAL, frame = UINT64_MAX);
	REFUSED_AS(EINVAL, frame_list = 0);
	REFUSED_AS(E2BIG, nr_frames = UINT32_MAX);
	REFUSED_AS(EOPNOTSUPP, type = XENMEM_resource_ioreq_server);
	REFUSED_AS(EOPNOTSUPP, type = 99);
	REFUSED_AS(ESRCH, domid = 99);
	REFUSED_AS(EPERM, domid = DOMID_SELF);
	REFUSED_AS(EPERM, domid = control->id);
	REFUSED_AS(EFAULT, frame_list = (uint64_t)window + WINDOW_BYTES - 32);
	g->resource = good;
	assert_int_equal(hypercall_memory_op(XENMEM_acquire_resource | 20 << 6, (uint64_t)g),
			 -EINVAL);
	fixture_act_as(guest);
	assert_int_equal(run(XENMEM_acquire_resource), -EPERM);
}

static void claims_are_the_control_domains_to_make(void **state)
{
	g->claim = (struct xen_memory_reservation){.nr_extents = 100, .domid = guest->id};
	assert_int_equal(run(XENMEM_claim_pages), 0);
	assert_int_equal(guest->outstanding_pages, 100);
	assert_int_equal(run(XENMEM_claim_pages), -EINVAL);
	g->claim.nr_extents = 0;
	assert_int_equal(run(XENMEM_claim_pages), 0);
	assert_int_equal(guest->outstanding_pages, 0);
	g->claim.nr_extents = MAX_PAGES + 1;
	assert_int_equal(run(XENMEM_claim_pages), -EINVAL);
	g->claim.nr_extents = 1UL << 32;
	assert_int_equal(run(XENMEM_claim_pages), -EINVAL);
	guest->max_pages = UINT32_MAX;
	g->claim.nr_extents = free_at_start + 1;
	assert_int_equal(run(XENMEM_claim_pages), -ENOMEM);
	g->claim.extent_order = 1;
	assert_int_equal(run(XENMEM_claim_pages), -EINVAL);
	g->claim = (struct xen_memory_reservation){.nr_extents = 1, .domid = 999};
	assert_int_equal(run(XENMEM_claim_pages), -EINVAL);
	fixture_act_as(guest);
	g->claim.domid = guest->id;
	assert_int_equal(run(XENMEM_claim_pages), -EPERM);
}

static void calls_for_translated_guests_are_refused(void **state)
{
	fixture_act_as(guest);
	g->add = (struct xen_add_to_physmap){.domid = DOMID_SELF, .space = XENMAPSPACE_shared_info};
	assert_int_equal(run(XENMEM_add_to_physmap), -EACCES);
	g->add.space = XENMAPSPACE_gmfn_foreign;
	assert_int_equal(run(XENMEM_add_to_physmap), -ENOSYS);
	g->add = (struct xen_add_to_physmap){.domid = other->id, .space = XENMAPSPACE_grant_table};
	assert_int_equal(run(XENMEM_add_to_physmap), -EPERM);
	g->batch = (struct xen_add_to_physmap_batch){.domid = DOMID_SELF, .size = 3};
	assert_int_equal(run(XENMEM_add_to_physmap_batch), -EACCES);
	g->removal = (struct xen_remove_from_physmap){.domid = DOMID_SELF};
	assert_int_equal(run(XENMEM_remove_from_physmap), -EACCES);
}

static void topology_and_device_memory_are_none(void **state)
{
	g->topology = (struct xen_vnuma_topology_info){.domid = DOMID_SELF};
	assert_int_equal(run(XENMEM_get_vnumainfo), -EOPNOTSUPP);
	g->devices = (struct xen_reserved_device_memory_map){.flags = 1, .nr_entries = 9};
	assert_int_equal(run(XENMEM_reserved_device_memory_map), 0);
	assert_int_equal(g->devices.nr_entries, 0);
	g->devices.flags = 2;
	assert_int_equal(run(XENMEM_reserved_device_memory_map), -EINVAL);
}

static void what_has_no_row_is_not_there(void **state)
{
	static const struct {
		uint8_t operation;
		int error;
	} rows[] = {
		{8, ENOSYS},
		{29, ENOSYS},
		{63, ENOSYS},
		{XENMEM_set_pod_target, ENOSYS},
		{XENMEM_get_pod_target, ENOSYS},
		{XENMEM_get_sharing_freed_pages, ENOSYS},
		{XENMEM_get_sharing_shared_pages, ENOSYS},
		{XENMEM_paging_op, EOPNOTSUPP},
		{XENMEM_access_op, EOPNOTSUPP},
		{XENMEM_sharing_op, EOPNOTSUPP},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(run(rows[i].operation), -rows[i].error);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sizes_are_told_to_those_who_may_know),
		TEST(the_machine_to_physical_table_is_described),
		TEST(the_machines_map_is_the_hardware_domains),
		TEST(a_domains_map_is_what_was_set),
		TEST(grant_frames_are_acquired_for_another_domain),
		TEST(claims_are_the_control_domains_to_make),
		TEST(calls_for_translated_guests_are_refused),
		TEST(topology_and_device_memory_are_none),
		TEST(what_has_no_row_is_not_there),
	};

	fixture_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
