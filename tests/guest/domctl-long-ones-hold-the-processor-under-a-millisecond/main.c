/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A large domain is made and destroyed while a timer of ours runs: it is never late by a millisecond. The
 * emulator counts instructions as time (1 ns each), so this is no matter of speed.
 */
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/lateness.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define NR_VCPUS 128
#define NR_EXTENTS 800 /* of 2 MiB */
#define ORDER 9
#define NR_MAPPED 64

static uint64_t frames[NR_EXTENTS];

static void populate(uint16_t id)
{
	struct xen_memory_reservation reservation = {
		.extent_start = (uint64_t)frames,
		.nr_extents = NR_EXTENTS,
		.extent_order = ORDER,
		.domid = id,
	};

	for (uint64_t i = 0; i < NR_EXTENTS; i++)
		frames[i] = i << ORDER;
	CHECK_EQUAL(hypercall_memory_op(XENMEM_populate_physmap, &reservation), NR_EXTENTS);
}

/* L1s full of pages of its own, pinned: to be taken apart when it ends. */
static void pin_tables(uint16_t id)
{
	for (unsigned int i = 0; i < NR_MAPPED; i++) {
		struct xen_mmuext_op pin = {.cmd = MMUEXT_PIN_L1_TABLE};
		void *mapped;
		uint64_t *table;

		REQUIRE_EQUAL(foreign_map(id, frames[i], PTE_DATA, &mapped), 0);
		table = mapped;
		for (unsigned int entry = 0; entry < 512; entry++)
			table[entry] = pte_make(frames[NR_MAPPED + i] + entry, PTE_DATA);
		foreign_unmap(mapped);
		pin.arg1.mfn = frames[i];
		REQUIRE_EQUAL(hypercall_mmuext_op(&pin, 1, NULL, id), 0);
	}
}

void test_main(void)
{
	struct xen_domctl call;
	void *mapped[NR_MAPPED];
	uint64_t free;
	uint16_t id;

	lateness_begin();
	free = host_free_pages();
	child_configure(&call);
	call.u.createdomain.max_vcpus = NR_VCPUS;
	call.u.createdomain.max_grant_frames = 512;
	lateness_stage_start();
	REQUIRE_EQUAL(domctl_send(&call, XEN_DOMCTL_createdomain, 0), 0);
	id = call.domain;
	lateness_stage_end("createdomain");
	lateness_stage_start();
	call.u.max_vcpus.max = NR_VCPUS;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_max_vcpus, id), 0);
	lateness_stage_end("max_vcpus");
	call.u.max_mem.max_memkb = 4ul << 20;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_max_mem, id), 0);
	lateness_stage_start();
	populate(id);
	lateness_stage_end("populate_physmap");
	pin_tables(id);
	for (unsigned int i = 0; i < NR_MAPPED; i++)
		REQUIRE_EQUAL(foreign_map(id, frames[NR_EXTENTS - 1] + i, PTE_DATA, &mapped[i]), 0);
	lateness_stage_start();
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, id), 0);
	lateness_stage_end("destroydomain");
	lateness_stage_start();
	for (unsigned int i = 0; i < NR_MAPPED; i++)
		foreign_unmap(mapped[i]);
	CHECK(domain_wait_gone(id));
	lateness_stage_end("the last mapping goes");
	/* The tables that map foreign frames stay with us. */
	CHECK(host_wait_free_pages(free - 64));
}
