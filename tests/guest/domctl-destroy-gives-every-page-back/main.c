/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Domains that ran are destroyed, again and again: no page is lost. */
#include "guest/child.h"
#include "guest/test.h"

#define ROUNDS 5

static void touch(void)
{
	child_mailbox.words[0] = 1;
}

void test_main(void)
{
	static struct child *child;
	uint64_t free = 0;

	for (int i = 0; i < ROUNDS; i++) {
		uint16_t id;

		child = child_start(touch);
		id = child->id;
		CHECK(child_wait(child));
		child_destroy(child);
		REQUIRE(domain_wait_gone(id));
		/* The first one leaves behind what the hypervisor keeps for the next. */
		if (i == 0)
			free = host_free_pages();
	}
	CHECK(host_wait_free_pages(free));
}
