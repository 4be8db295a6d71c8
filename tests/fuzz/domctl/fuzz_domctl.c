/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * domctl with any payload: the input is a series of calls, each a command, a domain and a payload whose addresses lead into a
 * window or nowhere. No call may touch what isn't its caller's, and at the end every domain goes and nothing is left.
 */
#include <stdlib.h>
#include <string.h>
#include "fixture.h"
#include "hv/domctl.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/softirq.h"

#define MAX_CALLS 32
#define WINDOW_BYTES 16384
#define NR_IDS 4

struct call {
	uint8_t command;
	uint8_t id;
	uint8_t flags;
	uint8_t address_at; /* where in the payload an address goes, in words */
	uint16_t address;
	uint8_t payload_bytes;
} packed_struct;

#define CALL_STRANGER 1
#define CALL_PREEMPTED 2
#define CALL_GOOD_CONFIGURATION 4
#define CALL_SECOND_ADDRESS 8

static char window[WINDOW_BYTES];
static struct xen_domctl op;
static const uint8_t *input;
static size_t input_left;

static bool input_take(void *to, size_t bytes)
{
	if (input_left < bytes)
		return false;
	memcpy(to, input, bytes);
	input += bytes;
	input_left -= bytes;
	return true;
}

/* Nothing but the window and the struct itself is the caller's. */
static bool is_callers(uint64_t address, size_t bytes)
{
	uint64_t in_window = address - (uint64_t)window, in_op = address - (uint64_t)&op;

	return (in_window <= sizeof(window) && bytes <= sizeof(window) - in_window) ||
	       (in_op <= sizeof(op) && bytes <= sizeof(op) - in_op);
}

int guest_copy_from(void *to, uint64_t address, size_t bytes)
{
	if (!is_callers(address, bytes))
		return -EFAULT;
	memcpy(to, (const void *)address, bytes);
	return 0;
}

int guest_copy_to(uint64_t address, const void *from, size_t bytes)
{
	if (!is_callers(address, bytes))
		return -EFAULT;
	memcpy((void *)address, from, bytes);
	return 0;
}

int guest_clear(uint64_t address, size_t bytes)
{
	if (!is_callers(address, bytes))
		return -EFAULT;
	memset((void *)address, 0, bytes);
	return 0;
}

int guest_copy_from_index(void *to, uint64_t array, uint64_t index, size_t bytes)
{
	return guest_copy_from(to, array + index * bytes, bytes);
}

int guest_copy_to_index(uint64_t array, uint64_t index, const void *from, size_t bytes)
{
	return guest_copy_to(array + index * bytes, from, bytes);
}

static void address_put(unsigned int word, uint16_t address)
{
	uint64_t value = (uint64_t)window + address % WINDOW_BYTES;

	memcpy((char *)&op.u + word % 15 * 8, &value, sizeof(value));
}

static void call_fill(const struct call *call)
{
	size_t bytes = call->payload_bytes % (sizeof(op.u) + 1);

	memset(&op, 0, sizeof(op));
	if (call->flags & CALL_GOOD_CONFIGURATION && call->command == XEN_DOMCTL_createdomain)
		fixture_configure(&op);
	else if (!input_take(&op.u, bytes))
		return;
	if (call->command == XEN_DOMCTL_createdomain) {
		/* Memory that nobody would give is no news. */
		op.u.createdomain.max_vcpus %= 64;
		return;
	}
	address_put(call->address_at, call->address);
	if (call->flags & CALL_SECOND_ADDRESS)
		address_put(call->address_at + 2u, (uint16_t)(call->address * 7u));
}

static void call_play(const struct call *call)
{
	call_fill(call);
	fixture_act_as(!(call->flags & CALL_STRANGER));
	if (call->flags & CALL_PREEMPTED)
		softirq_raise(SOFTIRQ_RCU);
	(void)fixture_domctl(&op, call->command, call->id % NR_IDS);
	fixture_act_as(true);
	softirq_run();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned int objects;
	struct call call;

	if (!control) {
		fixture_start();
		objects = fake_heap_nr_objects();
	}
	input = data;
	input_left = size;
	for (unsigned int n = 0; n < MAX_CALLS && input_take(&call, sizeof(call)); n++)
		call_play(&call);
	fixture_clear();
	if (fixture_nr_domains() != 1 || fake_heap_nr_objects() > objects + 1)
		abort();
	objects = fake_heap_nr_objects();
	return 0;
}
