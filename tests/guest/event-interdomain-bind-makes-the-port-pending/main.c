/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binding notifies the binder at once, so that a signal sent before is not lost. */
#include "guest/event.h"
#include "guest/test.h"

void test_main(void)
{
	long left = event_alloc_unbound(DOMID_SELF, DOMID_SELF), right;

	REQUIRE(left > 0);
	right = event_bind_interdomain(DOMID_SELF, (uint32_t)left);
	REQUIRE(right > 0);
	CHECK(event_is_pending((uint32_t)right));
	CHECK(!event_is_pending((uint32_t)left));
	CHECK(event_bind_interdomain(DOMID_SELF, (uint32_t)left) < 0);
}
