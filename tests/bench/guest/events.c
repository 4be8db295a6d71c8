/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of event channels: 2-level, then FIFO in the same boot after a reset. */
#include "abi/event_channel.h"
#include "bench.h"
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

static void set_event_entry(const char *entry)
{
	struct xen_callback_register call = {.type = CALLBACKTYPE_event,
					     .address = (uint64_t)entry};

	hypercall_callback_op(CALLBACKOP_register, &call);
}

void bench_two_level(void)
{
	struct xen_evtchn_send send;
	uint32_t left, right;

	bench_upcall = vcpu_current()->info;
	event_pair(&left, &right);
	send.port = left;
	event_mask(right);
	event_clear(right);
	BENCH_CALL("event send, masked", 0, hypercall_event_channel_op(EVTCHNOP_send, &send),
		   write_once(shared_info->evtchn_pending[right / 64], 0));
	event_delivery_on();
	event_unmask(right);
	set_event_entry(bench_event);
	bench_clear_word = &shared_info->evtchn_pending[right / 64];
	BENCH_CALL("event send, delivered", 0, hypercall_event_channel_op(EVTCHNOP_send, &send), );
	event_delivery_off();
	set_event_entry(event_entry);
}

void bench_fifo(void)
{
	struct xen_evtchn_reset reset = {.dom = DOMID_SELF};
	struct xen_evtchn_send send;
	uint32_t left, right, count = 0;

	hypercall_event_channel_op(EVTCHNOP_reset, &reset);
	fifo_init();
	event_pair(&left, &right);
	send.port = left;
	fifo_clear(right);
	fifo_mask(right);
	BENCH_CALL("FIFO event send, masked", 0, hypercall_event_channel_op(EVTCHNOP_send, &send),
		   fifo_set_word(right, 1u << EVTCHN_FIFO_MASKED));
	fifo_set_word(right, 0);
	while (fifo_take())
		count++;
	set_event_entry(bench_event);
	bench_clear_word = fifo_ready_word();
	event_delivery_on();
	/* Only the clear of the port's word is the guest's part here; it is three instructions. */
	BENCH_CALL("FIFO event send, delivered", 0,
		   hypercall_event_channel_op(EVTCHNOP_send, &send), fifo_set_word(right, 0));
	event_delivery_off();
	set_event_entry(event_entry);
}
