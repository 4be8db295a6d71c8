/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last port lies in the last word: pending bit, selector bit and delivery fit it. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	long port = 0, other;

	while (port >= 0 && port < 4094)
		port = event_alloc_unbound(DOMID_SELF, DOMID_SELF);
	REQUIRE_EQUAL(port, 4094);
	other = event_bind_interdomain(DOMID_SELF, 4094);
	REQUIRE_EQUAL(other, 4095);
	shared_info->vcpu_info[0].evtchn_pending_sel = 0;
	shared_info->vcpu_info[0].evtchn_upcall_pending = 0;
	event_clear(4095);
	CHECK_EQUAL(event_send(4094), 0);
	CHECK_EQUAL(shared_info->evtchn_pending[63], 1ul << 63);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_pending_sel, 1ul << 63);
	event_delivery_on();
	CHECK_EQUAL(event_count(4095), 1);
}
