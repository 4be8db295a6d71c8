/* SPDX-License-Identifier: GPL-2.0-or-later */
/* getdomaininfolist gives dom0 with its memory, vcpus and time, from the domain asked for on. */
#include "guest/start.h"
#include "guest/sysctl.h"
#include "guest/test.h"

#define NR 4

static struct xen_domctl_getdomaininfo list[NR];

static uint32_t list_read(uint16_t first, uint32_t max)
{
	struct xen_sysctl call = {0};
	struct xen_sysctl_getdomaininfolist *get = &call.u.getdomaininfolist;

	get->first_domain = first;
	get->max_domains = max;
	get->buffer = (uint64_t)list;
	REQUIRE_EQUAL(sysctl_send(&call, XEN_SYSCTL_getdomaininfolist), 0);
	return get->num_domains;
}

void test_main(void)
{
	uint64_t before;

	REQUIRE_EQUAL(list_read(0, NR), 1);
	CHECK_EQUAL(list[0].domain, 0);
	CHECK(list[0].flags & XEN_DOMINF_running);
	CHECK(!(list[0].flags & (XEN_DOMINF_paused | XEN_DOMINF_dying | XEN_DOMINF_blocked |
				 XEN_DOMINF_shutdown | XEN_DOMINF_hvm_guest)));
	CHECK_EQUAL(list[0].tot_pages, start_info->nr_pages);
	CHECK(list[0].max_pages >= list[0].tot_pages);
	CHECK_EQUAL(list[0].shared_info_frame, start_info->shared_info >> 12);
	CHECK_EQUAL(list[0].max_vcpu_id, 1);
	CHECK_EQUAL(list[0].nr_online_vcpus, 1);
	CHECK_EQUAL(list[0].cpupool, 0);
	before = list[0].cpu_time;
	CHECK(before > 0);
	CHECK_EQUAL(list_read(0, NR), 1);
	CHECK(list[0].cpu_time > before);
	CHECK_EQUAL(list_read(0, 0), 0);
	CHECK_EQUAL(list_read(1, NR), 0);
}
