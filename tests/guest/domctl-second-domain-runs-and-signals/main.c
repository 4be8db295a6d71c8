/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain built with domctl runs, answers through memory and an event channel, and ends. */
#include "guest/child.h"
#include "guest/event.h"
#include "guest/start.h"
#include "guest/test.h"

static void answer(void)
{
	CHECK_EQUAL(start_info->flags, 0);
	child_mailbox.words[0] = 0x1234;
	child_signal();
	child_await(1, 0x5678);
	child_mailbox.words[2] = hypercall_sched_op(SCHEDOP_yield, NULL) == 0;
}

void test_main(void)
{
	struct child *child = child_create();
	struct xen_domctl_getdomaininfo info;

	child_build(child, answer);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK_EQUAL(info.flags & (XEN_DOMINF_paused | XEN_DOMINF_dying | XEN_DOMINF_shutdown),
		    XEN_DOMINF_paused);
	CHECK_EQUAL(info.tot_pages, child->nr_pages);
	CHECK_EQUAL(info.nr_online_vcpus, 1);
	CHECK_EQUAL(info.max_vcpu_id, 0);
	event_delivery_on();
	child_unpause(child);
	CHECK(event_wait(child->port, 1, 10000000000));
	CHECK_EQUAL(child->mailbox->words[0], 0x1234);
	child->mailbox->words[1] = 0x5678;
	REQUIRE(child_wait(child));
	CHECK_EQUAL(child->mailbox->words[2], 1);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK(info.cpu_time > 0);
}
