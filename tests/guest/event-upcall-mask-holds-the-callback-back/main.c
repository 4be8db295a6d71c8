/* SPDX-License-Identifier: GPL-2.0-or-later */
/* While the vcpu masks upcalls, events only show as pending; clearing the mask lets them in. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_vcpu_info *info = &shared_info->vcpu_info[0];
	uint32_t left, right;

	event_pair(&left, &right);
	info->evtchn_upcall_pending = 0;
	info->evtchn_pending_sel = 0;
	CHECK_EQUAL(event_send(left), 0);
	CHECK(event_is_pending(right));
	CHECK_EQUAL(info->evtchn_upcall_pending, 1);
	CHECK_EQUAL(info->evtchn_pending_sel, 1ul << right / 64);
	CHECK_EQUAL(event_callbacks(), 0);
	event_delivery_on();
	CHECK_EQUAL(event_callbacks(), 1);
	CHECK_EQUAL(event_count(right), 1);
}
