/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports and I/O memory that a domain is given it may use, until they are taken back; nobody gives what it hasn't. */
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "abi/physdev.h"

#define PORT 0x2e8
#define VGA 0xb8

static void read_port(void *port)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"((uint16_t)(uint64_t)port));
}

static void use(void)
{
	struct xen_physdev_set_iopl iopl = {.iopl = 1};
	struct fault fault;
	void *mapped;

	hypercall_physdev_op(PHYSDEVOP_set_iopl, &iopl);
	CHECK(catch_fault(read_port, (void *)PORT, &fault) || true);
	CHECK(foreign_map(DOMID_IO, VGA, PTE_DATA | PTE_PCD, &mapped) < 0);
	child_mailbox.words[0] = 1;
	child_await(1, 1);
	CHECK(!catch_fault(read_port, (void *)PORT, &fault));
	CHECK_EQUAL(foreign_map(DOMID_IO, VGA, PTE_DATA | PTE_PCD, &mapped), 0);
	foreign_unmap(mapped);
	child_mailbox.words[0] = 2;
	child_await(1, 2);
	CHECK(foreign_map(DOMID_IO, VGA, PTE_DATA | PTE_PCD, &mapped) < 0);
}

static long ports(struct child *child, uint32_t first, uint32_t nr, bool allow)
{
	struct xen_domctl call = {0};

	call.u.ioport_permission.first_port = first;
	call.u.ioport_permission.nr_ports = nr;
	call.u.ioport_permission.allow_access = allow;
	return domctl_send(&call, XEN_DOMCTL_ioport_permission, child->id);
}

static long memory(struct child *child, uint64_t first, uint64_t nr, bool allow)
{
	struct xen_domctl call = {0};

	call.u.iomem_permission.first_mfn = first;
	call.u.iomem_permission.nr_mfns = nr;
	call.u.iomem_permission.allow_access = allow;
	return domctl_send(&call, XEN_DOMCTL_iomem_permission, child->id);
}

void test_main(void)
{
	struct child *child = child_start(use);
	struct xen_domctl call = {0};

	REQUIRE(child_wait_word(child, 0, 1));
	CHECK_EQUAL(ports(child, PORT, 8, true), 0);
	CHECK_EQUAL(ports(child, 0xffff, 2, true), -XEN_EINVAL);
	CHECK_EQUAL(ports(child, 0, 0, true), -XEN_EINVAL);
	CHECK_EQUAL(ports(child, 0x20, 2, true), -XEN_EPERM); /* the interrupt controller's */
	CHECK_EQUAL(memory(child, VGA, 1, true), 0);
	CHECK_EQUAL(memory(child, VGA, 0, true), -XEN_EINVAL);
	CHECK_EQUAL(memory(child, ~0ul, 2, true), -XEN_EINVAL);
	CHECK_EQUAL(memory(child, 0xfee00, 1, true), -XEN_EPERM);
	call.u.irq_permission.pirq = ~0u;
	CHECK(domctl_send(&call, XEN_DOMCTL_irq_permission, child->id) < 0);
	child->mailbox->words[1] = 1;
	REQUIRE(child_wait_word(child, 0, 2));
	CHECK_EQUAL(ports(child, PORT, 8, false), 0);
	CHECK_EQUAL(memory(child, VGA, 1, false), 0);
	child->mailbox->words[1] = 2;
	CHECK(child_wait(child));
}
