/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is for the control domain or the owner of the machine, another domain doesn't get. */
#include "abi/memory.h"
#include "abi/physdev.h"
#include "abi/platform.h"
#include "guest/child.h"
#include "guest/event.h"
#include "guest/grant.h"
#include "guest/page.h"
#include "guest/sysctl.h"
#include "guest/test.h"
#include "guest/trap.h"

static void check_controls(void)
{
	struct xen_platform_op platform = {.cmd = XENPF_getidletime,
					   .interface_version = XENPF_INTERFACE_VERSION};

	for (uint32_t command = 1; command < 90; command++) {
		struct xen_domctl domctl = {0};
		struct xen_sysctl sysctl = {0};

		CHECK(domctl_send(&domctl, command, 0) < 0);
		CHECK(sysctl_send(&sysctl, command) < 0);
	}
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_pausedomain, 0), -XEN_EPERM);
	CHECK_EQUAL(hypercall_platform_op(&platform), -XEN_EPERM);
}

static void check_memory(void)
{
	uint64_t frame = 0x1000;
	struct xen_memory_reservation reservation = {
		.extent_start = (uint64_t)&frame, .nr_extents = 1, .domid = 0};
	struct xen_memory_reservation claim = {.nr_extents = 1, .domid = 0};
	struct xen_memory_domain domain = {.domid = 0};
	struct xen_memory_map map = {.nr_entries = 1, .buffer = (uint64_t)&map};

	CHECK_EQUAL(hypercall_memory_op(XENMEM_increase_reservation, &reservation), 0);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_decrease_reservation, &reservation), 0);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_populate_physmap, &reservation), 0);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_maximum_reservation, &domain), -XEN_EPERM);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_machine_memory_map, &map), -XEN_EPERM);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_claim_pages, &claim), -XEN_EPERM);
}

static void check_mappings(void)
{
	struct xen_mmuext_op pin = {.cmd = MMUEXT_PIN_L4_TABLE};
	uint64_t parent_frame = child_mailbox.words[0];
	void *mapped;

	CHECK_EQUAL(foreign_map(0, parent_frame, PTE_READ_ONLY, &mapped), -XEN_EPERM);
	CHECK(foreign_map(DOMID_SELF, parent_frame, PTE_READ_ONLY, &mapped) < 0);
	CHECK(foreign_map(DOMID_IO, 0xb8, PTE_READ_ONLY, &mapped) < 0);
	CHECK(foreign_map(DOMID_XEN, 0x100, PTE_READ_ONLY, &mapped) < 0);
	CHECK(foreign_map(DOMID_SELF, 0xb8, PTE_READ_ONLY, &mapped) < 0);
	CHECK(foreign_map(DOMID_SELF, 0xfee00, PTE_READ_ONLY, &mapped) < 0);
	pin.arg1.mfn = parent_frame;
	CHECK_EQUAL(hypercall_mmuext_op(&pin, 1, NULL, 0), -XEN_EPERM);
	CHECK(machine_update(parent_frame << PAGE_SHIFT | MMU_NORMAL_PT_UPDATE, 0) < 0);
	CHECK(machine_update(parent_frame << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, 0) < 0);
}

static void check_events(void)
{
	struct xen_evtchn_status status = {.dom = 0, .port = 1};
	struct xen_evtchn_reset reset = {.dom = 0};

	CHECK_EQUAL(event_alloc_unbound(0, 0), -XEN_EPERM);
	CHECK(event_bind_interdomain(0, 1) < 0);
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_status, &status), -XEN_EPERM);
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_reset, &reset), -XEN_EPERM);
}

static void check_grants(void)
{
	uint64_t frame = 0;
	struct xen_gnttab_setup_table setup = {
		.dom = 0, .nr_frames = 1, .frame_list = (uint64_t)&frame};
	struct xen_gnttab_query_size query = {.dom = 0};

	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	CHECK_EQUAL(setup.status, GNTST_permission_denied);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_query_size, &query, 1), 0);
	CHECK_EQUAL(query.status, GNTST_permission_denied);
}

static void read_port(void *port)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"((uint16_t)(uint64_t)port));
}

static void read_msr(void *msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"((uint32_t)(uint64_t)msr));
}

static void check_machine(void)
{
	struct xen_sched_remote_shutdown remote = {.domain_id = 0, .reason = SHUTDOWN_poweroff};
	struct xen_physdev_set_iopl iopl = {.iopl = 1};
	struct fault fault;
	char byte;

	/* Even a kernel at the right level has no ports. */
	hypercall_physdev_op(PHYSDEVOP_set_iopl, &iopl);
	if (catch_fault(read_port, (void *)0x70, &fault))
		CHECK_EQUAL(fault.vector, 13);
	CHECK(catch_fault(read_msr, (void *)0x2ff, &fault));
	CHECK(hypercall_console_io(CONSOLEIO_read, 1, &byte) < 0);
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_remote_shutdown, &remote), -XEN_EPERM);
	CHECK(event_bind_virq(VIRQ_CONSOLE, 0) < 0 || event_bind_virq(VIRQ_CONSOLE, 0) < 0);
}

static void try_all(void)
{
	check_controls();
	check_memory();
	check_mappings();
	check_events();
	check_grants();
	check_machine();
	child_mailbox.words[1] = 1;
}

void test_main(void)
{
	static uint64_t page[512] page_aligned;
	struct child *child = child_create();

	page[0] = 0x5afe;
	child_mailbox.words[0] = mfn_of(page);
	child_build(child, try_all);
	child_unpause(child);
	REQUIRE(child_wait(child));
	CHECK_EQUAL(child->mailbox->words[1], 1);
	CHECK_EQUAL(page[0], 0x5afe);
}
