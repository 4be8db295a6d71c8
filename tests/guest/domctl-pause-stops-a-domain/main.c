/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A paused domain does nothing; pauses nest; there is none to take back too many. */
#include "guest/child.h"
#include "guest/test.h"
#include "guest/time.h"

static void count(void)
{
	for (;;)
		write_once(child_mailbox.words[0], child_mailbox.words[0] + 1);
}

static bool is_counting(struct child *child)
{
	uint64_t before = child->mailbox->words[0], deadline = time_ns() + 50 * MILLISECOND;

	while (time_ns() < deadline)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	return child->mailbox->words[0] != before;
}

void test_main(void)
{
	struct xen_domctl_getdomaininfo info;
	struct child *child = child_start(count);
	uint64_t time;

	CHECK(is_counting(child));
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_pausedomain, child->id), 0);
	CHECK(!is_counting(child));
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_pausedomain, child->id), 0);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK(info.flags & XEN_DOMINF_paused);
	CHECK(!(info.flags & XEN_DOMINF_running));
	time = info.cpu_time;
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_unpausedomain, child->id), 0);
	CHECK(!is_counting(child));
	REQUIRE(domain_read_info(child->id, &info));
	CHECK_EQUAL(info.cpu_time, time);
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_unpausedomain, child->id), 0);
	CHECK(is_counting(child));
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_unpausedomain, child->id), -XEN_EINVAL);
	CHECK_EQUAL(domctl_simple(XEN_DOMCTL_pausedomain, 0), -XEN_EINVAL);
	REQUIRE(domain_read_info(child->id, &info));
	CHECK(info.cpu_time > time);
}
