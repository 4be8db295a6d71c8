/* SPDX-License-Identifier: GPL-2.0-or-later */
/* multicall: results per entry, failures do not stop it, later entries see earlier ones. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define ADDRESS 0x200000000000ul

void test_main(void)
{
	struct xen_multicall_entry calls[5] = {
		{.op = __HYPERVISOR_xen_version, .args = {XENVER_version, 0}},
		{.op = 63},
		{.op = __HYPERVISOR_update_va_mapping,
		 .args = {ADDRESS, pte_make(mfn_of(page_alloc(1)), PTE_DATA), UVMF_INVLPG}},
		{.op = __HYPERVISOR_sched_op, .args = {99, 0}},
		{.op = __HYPERVISOR_xen_version, .args = {XENVER_extraversion, ADDRESS}},
	};

	map_tables(ADDRESS);
	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		calls[i].result = 0x5555;
	CHECK_EQUAL(hypercall_multicall(calls, ARRAY_SIZE(calls)), 0);
	CHECK_EQUAL(calls[0].result, 4 << 16 | 17);
	CHECK_EQUAL(calls[1].result, -XEN_ENOSYS);
	CHECK_EQUAL(calls[2].result, 0);
	CHECK_EQUAL(calls[3].result, -XEN_ENOSYS);
	CHECK_EQUAL(calls[4].result, 0);
	CHECK(*(volatile char *)ADDRESS != 0);
	CHECK_EQUAL(hypercall_multicall(calls, 0), 0);
	CHECK_EQUAL(calls[0].op, __HYPERVISOR_xen_version);
	CHECK_EQUAL(calls[2].args[0], ADDRESS);
}
