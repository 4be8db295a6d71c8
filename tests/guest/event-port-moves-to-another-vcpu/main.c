/* SPDX-License-Identifier: GPL-2.0-or-later */
/* EVTCHNOP_bind_vcpu: events of an interdomain port go to the vcpu named; absent vcpus are refused. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static uint32_t taken_by = 99, stop;

static void note_vcpu(struct trap_regs *regs)
{
	write_once(taken_by, vcpu_current()->id);
	event_handle();
}

static void wait_open(void *argument)
{
	event_delivery_on();
	while (!read_once(stop))
		hypercall_sched_op(SCHEDOP_yield, NULL);
	event_delivery_off();
}

static void check_taken(uint32_t left, uint32_t right, uint32_t vcpu)
{
	struct xen_evtchn_bind_vcpu move = {.port = right, .vcpu = vcpu};
	uint32_t count = event_count(right);

	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &move), 0);
	CHECK_EQUAL(event_send(left), 0);
	CHECK(event_wait(right, count + 1, 5 * SECOND));
	CHECK_EQUAL(taken_by, vcpu);
}

void test_main(void)
{
	struct xen_evtchn_bind_vcpu absent = {.vcpu = 9};
	uint32_t left, right;

	event_pair(&left, &right);
	trap_set_handler(TRAP_EVENT, note_vcpu);
	vcpu_start(1, wait_open, NULL);
	event_delivery_on();
	check_taken(left, right, 0);
	check_taken(left, right, 1);
	check_taken(left, right, 0);
	absent.port = right;
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_bind_vcpu, &absent), -XEN_ENOENT);
	write_once(stop, 1);
}
