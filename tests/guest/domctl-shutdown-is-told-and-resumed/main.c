/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a domain's run reaches us by VIRQ_DOM_EXC with its reason; one that suspended goes on when it's resumed. */
#include "guest/child.h"
#include "guest/event.h"
#include "guest/test.h"

static void suspend_and_crash(void)
{
	struct xen_sched_shutdown shutdown = {.reason = SHUTDOWN_suspend};

	child_mailbox.words[0] = 1;
	hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
	child_mailbox.words[0] = 2;
	child_await(1, 1);
	/* A stack that isn't there: the next callback can't be delivered. */
	hypercall_stack_switch(FLAT_KERNEL_SS, 0x1000);
	__asm__ volatile("xor %%esp, %%esp; ud2" ::: "memory");
}

static void wait_for_ever(void)
{
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

static bool wait_shutdown(uint16_t id, uint32_t reason)
{
	struct xen_domctl_getdomaininfo info;

	for (unsigned int i = 0; i < 100000; i++) {
		if (domain_read_info(id, &info) && (info.flags & XEN_DOMINF_shutdown))
			return (info.flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask) ==
			       reason;
		hypercall_sched_op(SCHEDOP_yield, NULL);
	}
	return false;
}

void test_main(void)
{
	long port = event_bind_virq(VIRQ_DOM_EXC, 0);
	struct xen_sched_remote_shutdown remote = {.reason = SHUTDOWN_reboot};
	struct child *child;
	uint16_t id;

	REQUIRE(port > 0);
	event_delivery_on();
	child = child_start(suspend_and_crash);
	CHECK(event_wait((uint32_t)port, 1, 10000000000));
	CHECK(wait_shutdown(child->id, SHUTDOWN_suspend));
	CHECK_EQUAL(child->mailbox->words[0], 1);
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_resumedomain, child->id), 0);
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_resumedomain, 0), -XEN_EINVAL);
	CHECK(child_wait_word(child, 0, 2));
	child->mailbox->words[1] = 1;
	CHECK(event_wait((uint32_t)port, 2, 10000000000));
	CHECK(wait_shutdown(child->id, SHUTDOWN_crash));
	id = child->id;
	child_destroy(child);
	CHECK(domain_wait_gone(id));
	/* Told when it is dead, and when it is gone. */
	CHECK(event_wait((uint32_t)port, 3, 10000000000));
	child = child_start(wait_for_ever);
	remote.domain_id = child->id;
	CHECK_EQUAL(hypercall_sched_op(SCHEDOP_remote_shutdown, &remote), 0);
	CHECK(wait_shutdown(child->id, SHUTDOWN_reboot));
}
