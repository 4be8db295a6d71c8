/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Xen masks upcalls for the callback, tells the old mask in the frame, and iret restores it. */
#include "guest/event.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static uint32_t mask_inside = 99, mask_in_frame = 99;
static uint64_t flags_in_frame;
static uint16_t cs_in_frame;

static void take_event(struct trap_regs *regs)
{
	mask_inside = vcpu_current()->info->evtchn_upcall_mask;
	mask_in_frame = regs->saved_upcall_mask & 0xff;
	flags_in_frame = regs->rflags;
	cs_in_frame = regs->cs;
	event_handle();
}

void test_main(void)
{
	uint32_t left, right;

	event_pair(&left, &right);
	trap_set_handler(TRAP_EVENT, take_event);
	event_delivery_on();
	CHECK_EQUAL(event_send(left), 0);
	CHECK_EQUAL(event_count(right), 1);
	CHECK_EQUAL(mask_inside, 1);
	CHECK_EQUAL(mask_in_frame, 0);
	CHECK_EQUAL(flags_in_frame & 0x200, 0x200);
	CHECK_EQUAL(cs_in_frame & 3, 0);
	CHECK_EQUAL(shared_info->vcpu_info[0].evtchn_upcall_mask, 0);
}
