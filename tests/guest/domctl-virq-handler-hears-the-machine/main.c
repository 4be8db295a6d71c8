/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain that the tools named hears of others' ends; when it's gone the control domain does again. */
#include "guest/child.h"
#include "guest/event.h"
#include "guest/test.h"

static void listen(void)
{
	long port;

	event_delivery_on();
	child_await(0, 1);
	port = event_bind_virq(VIRQ_DOM_EXC, 0);
	CHECK(port > 0);
	child_mailbox.words[1] = 1;
	CHECK(event_wait((uint32_t)port, 1, 8000000000));
}

static long set_handler(uint16_t id, uint32_t virq)
{
	struct xen_domctl call = {.u.set_virq_handler.virq = virq};

	return domctl_send(&call, XEN_DOMCTL_set_virq_handler, id);
}

static void make_and_end(void)
{
	struct child *other = child_create();

	child_destroy(other);
}

void test_main(void)
{
	long port = event_bind_virq(VIRQ_DOM_EXC, 0);
	struct child *child = child_start(listen);
	uint32_t count;

	REQUIRE(port > 0);
	event_delivery_on();
	CHECK_EQUAL(set_handler(child->id, VIRQ_TIMER), -XEN_EINVAL);
	CHECK_EQUAL(set_handler(child->id, NR_VIRQS), -XEN_EINVAL);
	REQUIRE_EQUAL(set_handler(child->id, VIRQ_DOM_EXC), 0);
	child->mailbox->words[0] = 1;
	REQUIRE(child_wait_word(child, 1, 1));
	count = event_count((uint32_t)port);
	make_and_end();
	CHECK(child_wait(child));
	CHECK_EQUAL(event_count((uint32_t)port), count);
	child_destroy(child);
	CHECK(domain_wait_gone(child->id));
	count = event_count((uint32_t)port);
	make_and_end();
	CHECK(event_wait((uint32_t)port, count + 1, 8000000000));
}
