/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_op with any argument: the input is a series of calls. Each says who calls, the command, what changes in the guest's
 * memory before it and how it's pre-empted. After each call every page must have one owner, be counted once, and stay below the
 * owner's limit.
 */
#include <stdlib.h>
#include <string.h>
#include "fixture.h"
#include "hv/handlers.h"
#include "hv/heap.h"

#define MAX_CALLS 24
#define MAX_CONTINUATIONS 4096

struct call {
	uint8_t who;
	uint8_t operation;
	uint8_t flags;
	uint8_t nr_patches;
	uint16_t argument;
	uint16_t done;
} packed_struct;

/* The guest's memory is changed eight bytes at a time: to a number, an address in it, or a frame that some domain has. */
struct patch {
	uint16_t offset;
	uint8_t kind;
	uint64_t value;
} packed_struct;

#define CALL_PREEMPTED 1
#define CALL_CONTINUES 2
#define CALL_LARGE_COMMAND 4
#define CALL_MAPPED 8

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

static uint64_t frame_of_someone(uint64_t number)
{
	const struct domain *owners[] = {guest, control, other};
	const struct domain *d = owners[number % 3];
	struct page *page = page_list_first(&d->page_list);

	for (uint64_t i = number / 3 % 64; i && page; i--)
		page = page_list_next(&d->page_list, page);
	return page ? page_to_mfn(page).n : number;
}

static void patch_apply(const struct patch *patch)
{
	uint64_t value = patch->value;

	switch (patch->kind % 6) {
	case 0:
		value &= 0xff;
		break;
	case 1:
		value = (uint64_t)window + value % (WINDOW_BYTES + 64);
		break;
	case 2:
		value = frame_of_someone(value);
		break;
	case 3:
		/* Two 32-bit fields, as order and flags. */
		value &= 0x0007ff3f0000000f;
		break;
	case 4:
		value = value % 2 ? DOMID_SELF : guest->id + value % 3;
		break;
	default:
		break;
	}
	memcpy(window + patch->offset % (WINDOW_BYTES - 8), &value, sizeof(value));
}

static struct domain *caller_choose(uint8_t who)
{
	struct domain *const callers[] = {guest, control, guest, other};

	return callers[who % 4];
}

/* A continuation comes back with what it left in the registers, for as long as the guest likes. */
static void call_run(const struct call *call)
{
	uint64_t command = call->operation & 63, argument = (uint64_t)window + call->argument;

	if (call->flags & CALL_CONTINUES)
		command |= (uint64_t)call->done << 6;
	if (call->flags & CALL_LARGE_COMMAND)
		command |= 0xfffffff000000000;
	fixture_preempt(call->flags & CALL_PREEMPTED);
	for (unsigned int i = 0; i < MAX_CONTINUATIONS; i++) {
		unsigned int before = fake_rewind.count;

		(void)hypercall_memory_op(command, argument);
		if (fake_rewind.count == before)
			break;
		command = fake_rewind.arguments[0];
		argument = fake_rewind.arguments[1];
	}
	fixture_preempt(false);
}

static void call_play(const struct call *call)
{
	struct domain *d = caller_choose(call->who);
	struct page *mapped = call->flags & CALL_MAPPED ? page_list_first(&d->page_list) : NULL;

	/* Something maps one of its pages meanwhile. */
	if (mapped && !page_get(mapped, d))
		abort();
	fixture_act_as(d);
	call_run(call);
	fixture_act_as(control);
	if (mapped)
		page_put(mapped);
	if (!fixture_is_consistent())
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct call call;
	struct patch patch;

	if (!control)
		fixture_start();
	input = data;
	input_left = size;
	for (unsigned int n = 0; n < MAX_CALLS && input_take(&call, sizeof(call)); n++) {
		for (unsigned int i = call.nr_patches % 16; i && input_take(&patch, sizeof(patch));
		     i--)
			patch_apply(&patch);
		call_play(&call);
	}
	fixture_clear();
	if (!fixture_is_consistent() || heap_nr_free_pages() != free_at_start)
		abort();
	return 0;
}
