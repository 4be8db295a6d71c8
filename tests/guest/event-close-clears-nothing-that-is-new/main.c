/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A reused port number starts out not pending and unmasked as it was left. */
#include "guest/event.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t left, right;

	event_pair(&left, &right);
	CHECK_EQUAL(event_send(left), 0);
	CHECK(event_is_pending(right));
	CHECK_EQUAL(event_close(right), 0);
	CHECK_EQUAL(event_close(left), 0);
	CHECK_EQUAL(event_alloc_unbound(DOMID_SELF, DOMID_SELF), left);
	CHECK_EQUAL(event_alloc_unbound(DOMID_SELF, DOMID_SELF), right);
	CHECK(!event_is_pending(right));
}
