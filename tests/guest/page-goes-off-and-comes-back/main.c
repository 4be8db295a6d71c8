/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page_offline_op: a page of ours waits until we give it back, is then kept from everybody, and counts as free again when it is on. */
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/page.h"
#include "guest/sysctl.h"
#include "guest/test.h"

static uint32_t statuses[8];

static long page_op(uint32_t command, uint32_t start, uint32_t end)
{
	struct xen_sysctl call = {0};

	call.u.page_offline.cmd = command;
	call.u.page_offline.start = start;
	call.u.page_offline.end = end;
	call.u.page_offline.status = (uint64_t)statuses;
	return sysctl_send(&call, XEN_SYSCTL_page_offline_op);
}

static uint32_t page_status(uint32_t command, uint64_t mfn)
{
	statuses[0] = 0x77;
	CHECK_EQUAL(page_op(command, (uint32_t)mfn, (uint32_t)mfn), 0);
	return statuses[0];
}

static uint64_t free_pages(void)
{
	struct xen_sysctl call = {0};

	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_physinfo), 0);
	return call.u.physinfo.free_pages;
}

static void give_back(uint64_t mfn)
{
	struct xen_memory_reservation call = {
		.extent_start = (uint64_t)&mfn, .nr_extents = 1, .domid = DOMID_SELF};

	CHECK_EQUAL(hypercall_memory_op(XENMEM_decrease_reservation, &call), 1);
}

static void used_one(void)
{
	volatile uint64_t *page = page_alloc(1);
	uint64_t mfn = mfn_of(page), before = free_pages();

	*page = 5;
	CHECK_EQUAL(page_status(sysctl_page_offline, mfn), PG_OFFLINE_PENDING | PG_OFFLINE_OWNED);
	CHECK_EQUAL(page_status(sysctl_query_page_offline, mfn), PG_OFFLINE_STATUS_OFFLINE_PENDING);
	CHECK_EQUAL(*page, 5);
	REQUIRE_EQUAL(hypercall_update_va_mapping((uint64_t)page, 0, UVMF_INVLPG), 0);
	give_back(mfn);
	CHECK_EQUAL(page_status(sysctl_query_page_offline, mfn), PG_OFFLINE_STATUS_OFFLINED);
	CHECK_EQUAL(free_pages(), before);
	CHECK(hypercall_update_va_mapping((uint64_t)page, pte_make(mfn, PTE_DATA), 0) < 0);
	CHECK_EQUAL(page_status(sysctl_page_offline, mfn), PG_OFFLINE_OFFLINED);
	CHECK_EQUAL(page_status(sysctl_page_online, mfn), PG_ONLINE_ONLINED);
	CHECK_EQUAL(page_status(sysctl_page_online, mfn), 0);
	CHECK_EQUAL(page_status(sysctl_query_page_offline, mfn), 0);
	CHECK_EQUAL(free_pages(), before + 1);
}

static void nothing(void) {}

static void one_of_another(void)
{
	struct child *child = child_create();
	uint16_t id = child->id;
	uint64_t mfn = 0;

	child_build(child, nothing);
	for (unsigned int pfn = 0; pfn < CHILD_MAX_PFN && !mfn; pfn++)
		mfn = child->mfns[pfn];
	REQUIRE(mfn != 0);
	CHECK_EQUAL(page_status(sysctl_page_offline, mfn),
		    PG_OFFLINE_PENDING | PG_OFFLINE_OWNED | (uint32_t)id << PG_OFFLINE_OWNER_SHIFT);
	child_destroy(child);
	CHECK(domain_wait_gone(id));
	CHECK_EQUAL(page_status(sysctl_query_page_offline, mfn), PG_OFFLINE_STATUS_OFFLINED);
	CHECK_EQUAL(page_status(sysctl_page_online, mfn), PG_ONLINE_ONLINED);
}

static void refusals(void)
{
	static const uint32_t commands[] = {sysctl_page_offline, sysctl_page_online,
					    sysctl_query_page_offline};

	for (unsigned int i = 0; i < 3; i++) {
		statuses[0] = 0;
		CHECK_EQUAL(page_op(commands[i], 0xf0000000, 0xf0000000), -XEN_EINVAL);
		CHECK_EQUAL(statuses[0], PG_OFFLINE_INVALID);
		CHECK_EQUAL(page_op(commands[i], 5, 4), -XEN_EINVAL);
		CHECK_EQUAL(page_op(commands[i], 0, ~0u), -XEN_EINVAL);
	}
	CHECK_EQUAL(page_op(0, 5, 5), -XEN_EINVAL);
	CHECK_EQUAL(page_op(4, 5, 5), -XEN_EINVAL);
	CHECK_EQUAL(page_op(~0u, 5, 5), -XEN_EINVAL);
	/* The first MiB is nobody's. */
	CHECK_EQUAL(page_status(sysctl_page_offline, 0xa0) & PG_OFFLINE_STATUS_MASK,
		    PG_OFFLINE_FAILED);
}

void test_main(void)
{
	refusals();
	one_of_another();
	used_one();
	refusals();
}
