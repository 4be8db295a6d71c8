/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All 2-level ports can be taken; then allocation fails, closing one makes room again. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	uint32_t count = 0, last = 0;
	long port;

	while ((port = event_alloc_unbound(DOMID_SELF, DOMID_SELF)) > 0 && count < 5000) {
		CHECK(port > last);
		last = (uint32_t)port;
		count++;
	}
	CHECK_EQUAL(port, -XEN_ENOSPC);
	CHECK_EQUAL(last, 4095);
	CHECK(count > 4000);
	CHECK_EQUAL(event_close(1234), 0);
	CHECK_EQUAL(event_alloc_unbound(DOMID_SELF, DOMID_SELF), 1234);
}
