/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two domains, neither privileged, connect a port that one offered to the other, and signal both ways. */
#include "guest/child.h"
#include "guest/event.h"
#include "guest/test.h"

/* words: 0 the other's number, 1 its port, 2 ours, 3 progress */

static void offer(void)
{
	long port;

	event_delivery_on();
	child_await(4, 1);
	port = event_alloc_unbound(DOMID_SELF, child_mailbox.words[0]);
	CHECK(port > 0);
	child_mailbox.words[2] = (uint64_t)port;
	child_mailbox.words[3] = 1;
	CHECK(event_wait((uint32_t)port, 1, 5000000000));
	CHECK_EQUAL(event_send((uint32_t)port), 0);
	child_mailbox.words[3] = 2;
	child_await(4, 2);
}

static void accept(void)
{
	long port;

	event_delivery_on();
	child_await(4, 1);
	/* Not for us: the first one's port to the control domain. */
	CHECK(event_bind_interdomain(child_mailbox.words[0], 1) < 0);
	port = event_bind_interdomain(child_mailbox.words[0], (uint32_t)child_mailbox.words[1]);
	CHECK(port > 0);
	if (port <= 0)
		return;
	CHECK(event_bind_interdomain(child_mailbox.words[0], (uint32_t)child_mailbox.words[1]) < 0);
	CHECK_EQUAL(event_send((uint32_t)port), 0);
	CHECK(event_wait((uint32_t)port, 2, 5000000000));
	child_mailbox.words[3] = 1;
	child_await(4, 2);
}

void test_main(void)
{
	struct child *first = child_start(offer), *second = child_start(accept);

	first->mailbox->words[0] = second->id;
	first->mailbox->words[4] = 1;
	REQUIRE(child_wait_word(first, 3, 1));
	second->mailbox->words[0] = first->id;
	second->mailbox->words[1] = first->mailbox->words[2];
	second->mailbox->words[4] = 1;
	CHECK(child_wait_word(second, 3, 1));
	CHECK(child_wait_word(first, 3, 2));
	/* The end of one closes the other's port without harm. */
	child_destroy(first);
	second->mailbox->words[4] = 2;
	CHECK(child_wait(second));
}
