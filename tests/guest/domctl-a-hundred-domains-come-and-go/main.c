/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hundred domains at once, ended out of order: all listed, none left, no page lost. */
#include "guest/child.h"
#include "guest/test.h"
#include "abi/memory.h"

#define NR 100
#define STRIDE 37 /* has no divisor with NR in common */

static uint16_t ids[NR];

static void make(unsigned int i)
{
	struct xen_memory_reservation reservation = {.nr_extents = 8};
	struct xen_domctl call;
	uint64_t frames[8];

	child_configure(&call);
	REQUIRE_EQUAL(domctl_send(&call, XEN_DOMCTL_createdomain, 0), 0);
	ids[i] = call.domain;
	call.u.max_vcpus.max = 1;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_max_vcpus, ids[i]), 0);
	call.u.max_mem.max_memkb = 64;
	CHECK_EQUAL(domctl_send(&call, XEN_DOMCTL_max_mem, ids[i]), 0);
	for (uint64_t j = 0; j < 8; j++)
		frames[j] = j;
	reservation.extent_start = (uint64_t)frames;
	reservation.domid = ids[i];
	CHECK_EQUAL(hypercall_memory_op(XENMEM_populate_physmap, &reservation), 8);
}

static unsigned int count(void)
{
	struct xen_domctl call = {0};
	unsigned int nr = 0;

	for (uint16_t next = 0; domctl_send(&call, XEN_DOMCTL_getdomaininfo, next) == 0;
	     next = (uint16_t)(call.domain + 1))
		nr++;
	return nr;
}

static void round(void)
{
	for (unsigned int i = 0; i < NR; i++)
		make(i);
	CHECK_EQUAL(count(), NR + 1);
	for (unsigned int i = 0; i < NR; i++)
		CHECK_EQUAL(domctl_simple(XEN_DOMCTL_destroydomain, ids[i * STRIDE % NR]), 0);
	for (unsigned int i = 0; i < NR; i++)
		CHECK(domain_wait_gone(ids[i]));
	CHECK_EQUAL(count(), 1);
}

void test_main(void)
{
	uint64_t free;

	round();
	free = host_free_pages();
	round();
	CHECK(host_wait_free_pages(free));
}
