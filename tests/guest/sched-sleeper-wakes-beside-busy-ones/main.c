/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain that sleeps most of the time gets the processor within a millisecond when it wakes, beside busy ones. */
#include "guest/scheduling.h"
#include "guest/test.h"

void test_main(void)
{
	struct child *sleeper = child_create();

	child_start(spin_for_ever);
	child_start(spin_for_ever);
	child_build(sleeper, wake_again_and_again);
	sleeper->mailbox->words[0] = 7 * MILLISECOND;
	child_unpause(sleeper);
	sleep_ns(200 * MILLISECOND);
	sleeper->mailbox->words[1] = 0;
	sleeper->mailbox->words[2] = 0;
	sleep_ns(3 * SECOND);
	printf("woke %lu times, late by %lu ns at most\n", sleeper->mailbox->words[2],
	       sleeper->mailbox->words[1]);
	CHECK(sleeper->mailbox->words[2] > 350);
	/* The shortest run of a busy one, and the way through two kernels. */
	CHECK(sleeper->mailbox->words[1] <= 1100000);
}
