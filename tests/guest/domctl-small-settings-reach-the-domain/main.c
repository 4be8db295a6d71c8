/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Name, wall clock, memory map, scheduler's parameters, address size, time stamps, nodes: set and seen. */
#include "abi/memory.h"
#include "guest/child.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/sysctl.h"
#include "guest/test.h"

#define OFFSET 1000000

struct e820_entry {
	uint64_t address, bytes;
	uint32_t type;
} __attribute__((packed));

static struct xen_domctl call;

static long send(uint32_t command, struct child *child)
{
	return domctl_send(&call, command, child->id);
}

static void look(void)
{
	struct e820_entry entries[4] = {{0}};
	struct xen_memory_map map = {.nr_entries = 4, .buffer = (uint64_t)entries};
	uint8_t handle[16];

	CHECK_EQUAL(hypercall_memory_op(XENMEM_memory_map, &map), 0);
	CHECK_EQUAL(map.nr_entries, 1);
	CHECK_EQUAL(entries[0].bytes, 0x12345000);
	CHECK_EQUAL(hypercall_version(XENVER_guest_handle, handle), 0);
	CHECK_EQUAL(handle[5], 0x55);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_maximum_gpfn,
					&(struct xen_memory_domain){.domid = DOMID_SELF}) >= 0,
		    1);
	child_mailbox.words[0] = shared_info->wc_sec;
}

static void set_map(struct child *child)
{
	struct e820_entry entry = {0, 0x12345000, 1};
	struct xen_foreign_memory_map map = {.domid = child->id,
					     .map = {.nr_entries = 1, .buffer = (uint64_t)&entry}};

	CHECK_EQUAL(hypercall_memory_op(XENMEM_set_memory_map, &map), 0);
}

static void check_scheduler(struct child *child)
{
	struct xen_sysctl which = {0};

	CHECK_EQUAL(sysctl_send(&which, XEN_SYSCTL_sched_id), 0);
	if (which.u.sched_id.sched_id != XEN_SCHEDULER_CREDIT)
		return;
	memset(&call, 0, sizeof(call));
	call.u.scheduler_op.sched_id = XEN_SCHEDULER_CREDIT;
	call.u.scheduler_op.cmd = XEN_DOMCTL_SCHEDOP_putinfo;
	call.u.scheduler_op.u.credit.weight = 512;
	call.u.scheduler_op.u.credit.cap = 50;
	CHECK_EQUAL(send(XEN_DOMCTL_scheduler_op, child), 0);
	call.u.scheduler_op.cmd = XEN_DOMCTL_SCHEDOP_getinfo;
	call.u.scheduler_op.u.credit.weight = 0;
	CHECK_EQUAL(send(XEN_DOMCTL_scheduler_op, child), 0);
	CHECK_EQUAL(call.u.scheduler_op.u.credit.weight, 512);
	CHECK_EQUAL(call.u.scheduler_op.u.credit.cap, 50);
	call.u.scheduler_op.sched_id = 77;
	CHECK_EQUAL(send(XEN_DOMCTL_scheduler_op, child), -XEN_EINVAL);
}

static void check_nodes(struct child *child)
{
	uint64_t nodes = 0;

	memset(&call, 0, sizeof(call));
	call.u.nodeaffinity.nodemap = (struct xen_xenctl_bitmap){(uint64_t)&nodes, 64};
	CHECK_EQUAL(send(XEN_DOMCTL_getnodeaffinity, child), 0);
	CHECK_EQUAL(nodes, 1);
	CHECK_EQUAL(send(XEN_DOMCTL_setnodeaffinity, child), 0);
	nodes = 0;
	CHECK_EQUAL(send(XEN_DOMCTL_setnodeaffinity, child), -XEN_EINVAL);
}

static void check_sizes(struct child *child)
{
	memset(&call, 0, sizeof(call));
	CHECK_EQUAL(send(XEN_DOMCTL_get_address_size, child), 0);
	CHECK_EQUAL(call.u.address_size.size, 64);
	CHECK_EQUAL(send(XEN_DOMCTL_set_address_size, child), 0);
	call.u.address_size.size = 16;
	CHECK_EQUAL(send(XEN_DOMCTL_set_address_size, child), -XEN_EINVAL);
	CHECK_EQUAL(send(XEN_DOMCTL_gettscinfo, child), 0);
	CHECK_EQUAL(call.u.tsc_info.tsc_mode, 0);
	call.u.tsc_info.tsc_mode = 9;
	CHECK_EQUAL(send(XEN_DOMCTL_settscinfo, child), -XEN_EINVAL);
	memset(&call, 0, sizeof(call));
	call.u.tsc_info.tsc_mode = 2;
	CHECK_EQUAL(send(XEN_DOMCTL_settscinfo, child), 0);
	call.u.tsc_info.tsc_mode = 0;
	CHECK_EQUAL(send(XEN_DOMCTL_gettscinfo, child), 0);
	CHECK_EQUAL(call.u.tsc_info.tsc_mode, 2);
}

void test_main(void)
{
	struct child *child = child_create();
	struct xen_domctl_getdomaininfo info;

	child_build(child, look);
	set_map(child);
	memset(&call, 0, sizeof(call));
	call.u.setdomainhandle.handle[5] = 0x55;
	CHECK_EQUAL(send(XEN_DOMCTL_setdomainhandle, child), 0);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK_EQUAL(info.handle[5], 0x55);
	memset(&call, 0, sizeof(call));
	call.u.settimeoffset.time_offset_seconds = OFFSET;
	CHECK_EQUAL(send(XEN_DOMCTL_settimeoffset, child), 0);
	check_scheduler(child);
	check_nodes(child);
	check_sizes(child);
	child_unpause(child);
	REQUIRE(child_wait(child));
	CHECK(child->mailbox->words[0] - shared_info->wc_sec >= OFFSET - 2);
	CHECK(child->mailbox->words[0] - shared_info->wc_sec <= OFFSET + 2);
}
