/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A masked port becomes pending without a callback; the unmask call delivers it. */
#include "guest/event.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t left, right;
	uint64_t before;

	event_pair(&left, &right);
	event_mask(right);
	event_delivery_on();
	before = event_callbacks();
	CHECK_EQUAL(event_send(left), 0);
	CHECK_EQUAL(event_send(left), 0);
	CHECK(event_is_pending(right));
	CHECK_EQUAL(event_count(right), 0);
	CHECK_EQUAL(event_callbacks(), before);
	CHECK_EQUAL(event_unmask(right), 0);
	CHECK(!event_is_masked(right));
	CHECK_EQUAL(event_count(right), 1);
	CHECK_EQUAL(event_unmask(right), 0);
	CHECK_EQUAL(event_count(right), 1);
}
