/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * event_channel_op with any argument: the input is a series of calls by a guest and the control domain, between which the guest
 * writes what it likes into its bitmaps, FIFO words and control blocks. After each call ports, peers and counts must agree; at the
 * end both domains die and nothing may be left.
 */
#include <stdlib.h>
#include <string.h>
#include "fixture.h"
#include "hv/handlers.h"
#include "hv/heap.h"

#define MAX_CALLS 200
#define NR_PAGES 6

/* Small numbers hit more than any numbers: fields are 16 bits, widened by the flags. */
struct call {
	uint8_t who;
	uint8_t command;
	uint8_t flags;
	uint8_t page;
	uint16_t fields[4];
} packed_struct;

#define CALL_COMPAT 1
#define CALL_PREEMPTED 2
#define CALL_FRAME 4	  /* fields[0] is a page of the domain's */
#define CALL_SELF 8	  /* fields[0] is DOMID_SELF */
#define CALL_WRITE 16	  /* the guest's memory is written first */
#define CALL_INTERRUPT 32 /* interrupts instead of a call */
#define CALL_HUGE 64

static struct page *pages[2][NR_PAGES];

static void pages_start(void)
{
	for (unsigned int i = 0; i < NR_PAGES; i++) {
		pages[0][i] = heap_alloc_domain(guest, 0, HEAP_FLAG_DEFAULT);
		pages[1][i] = heap_alloc_domain(control, 0, HEAP_FLAG_DEFAULT);
	}
}

static void pages_check(void)
{
	for (unsigned int i = 0; i < NR_PAGES; i++)
		for (unsigned int n = 0; n < 2; n++)
			if ((pages[n][i]->count_info & PAGE_COUNT_MASK) != 1 ||
			    (pages[n][i]->type_info & PAGE_TYPE_COUNT_MASK))
				abort();
}

static void guest_write(const struct call *call)
{
	uint64_t value = call->fields[3] * 0x100010001UL << call->fields[2] % 32;
	struct domain *d = call->who & 1 ? control : guest;
	uint64_t *to = page_to_virt(pages[call->who & 1][call->page % NR_PAGES]);

	if (call->page & 0x80)
		to = (uint64_t *)d->shared_info;
	to[call->fields[1] % (PAGE_SIZE / sizeof(uint64_t))] = value;
}

/* The arguments as their fields lie in memory; 32-bit numbers come from 16. */
static void argument_make(const struct call *call, struct xen_evtchn_op *op)
{
	uint32_t words[6] = {call->fields[0], call->fields[1], call->fields[2], call->fields[3]};

	if (call->flags & CALL_SELF)
		words[0] = DOMID_SELF | (uint32_t)call->fields[1] << 16;
	if (call->flags & CALL_HUGE)
		words[call->page % 4] *= 0x10001;
	op->cmd = call->command % 16;
	memcpy(&op->u, words, MIN(sizeof(words), sizeof(op->u)));
	if (call->flags & CALL_FRAME) {
		uint64_t frame = page_to_mfn(pages[call->who & 1][call->page % NR_PAGES]).n;

		if (op->cmd == EVTCHNOP_expand_array || op->cmd == EVTCHNOP_init_control)
			memcpy(&op->u, &frame, sizeof(frame));
	}
}

static void call_run(const struct call *call)
{
	union {
		struct xen_evtchn_op op;
		uint64_t room[8];
	} memory;

	memset(&memory, 0, sizeof(memory));
	argument_make(call, &memory.op);
	percpu_softirq_pending = call->flags & CALL_PREEMPTED ? 1 : 0;
	if (call->flags & CALL_COMPAT)
		(void)hypercall_event_channel_op_compat((uint64_t)&memory.op);
	else
		(void)event_op(memory.op.cmd, &memory.op.u);
	percpu_softirq_pending = 0;
}

static void interrupts_send(const struct call *call)
{
	event_send_virq_vcpu(guest->vcpu[call->fields[0] % NR_GUEST_VCPUS],
			     call->fields[1] % NR_VIRQS);
	event_send_virq_global(call->fields[1] % NR_VIRQS);
	(void)event_send_pirq(control, call->fields[2] % NR_PIRQS);
}

static void call_play(const struct call *call)
{
	if (call->who & 1)
		fixture_act_as(control, 0);
	else
		fixture_act_as(guest, call->who >> 1 & 1);
	if (call->flags & CALL_WRITE)
		guest_write(call);
	if (call->flags & CALL_INTERRUPT)
		interrupts_send(call);
	else
		call_run(call);
	if (!fixture_is_consistent())
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct call call;

	fixture_start(size ? data[0] * 64 : 64);
	pages_start();
	for (unsigned int n = 0; n < MAX_CALLS && size >= sizeof(call); n++) {
		memcpy(&call, data, sizeof(call));
		data += sizeof(call);
		size -= sizeof(call);
		call_play(&call);
	}
	if (!fixture_end())
		abort();
	pages_check();
	return 0;
}
