/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sent event is delivered once per send to the callback of an open vcpu, at the next return. */
#include "guest/event.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t left, right;
	uint64_t before;

	event_pair(&left, &right);
	event_delivery_on();
	before = event_callbacks();
	for (uint32_t i = 1; i <= 5; i++) {
		CHECK_EQUAL(event_send(left), 0);
		CHECK_EQUAL(event_count(right), i);
		CHECK(!event_is_pending(right));
	}
	CHECK_EQUAL(event_count(left), 0);
	CHECK_EQUAL(event_send(right), 0);
	CHECK_EQUAL(event_count(left), 1);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_upcall_mask, 0);
	CHECK_EQUAL(event_callbacks(), before + 6);
}
