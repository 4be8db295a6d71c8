/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grant_table_op with any argument: the input is a series of calls by three domains, between which they write into their tables,
 * change their page-table entries and die. After each call the pages' counts, the pins and the handles must agree.
 */
#include <stdlib.h>
#include <string.h>
#include "fixture.h"
#include "../../../hypervisor/grant/grant_internal.h"

#define MAX_CALLS 120
#define MAX_ELEMENTS 3
#define WINDOW_BYTES 512

struct call {
	uint8_t who;
	uint8_t command;
	uint8_t flags;
	uint8_t count;
	uint8_t values[16];
} packed_struct;

#define CALL_PREEMPTED 1
#define CALL_WRITE_TABLE 2
#define CALL_TOUCH_SLOT 4
#define CALL_FAULT 8
#define CALL_HUGE 16
#define CALL_DIE 32

static uint8_t window[WINDOW_BYTES] aligned_to(16);

static struct domain *caller_of(const struct call *call)
{
	struct domain *const callers[] = {mapper, granter, mapper, control};

	return callers[call->who & 3];
}

static struct page *page_of(uint8_t n)
{
	return n & 8 ? mapper_pages[n % NR_PAGES] : granter_pages[n % NR_PAGES];
}

static domid_t domain_of(uint8_t n)
{
	static const domid_t ids[] = {GRANTER_ID, MAPPER_ID, 0, DOMID_SELF, GRANTER_ID, 99};

	return ids[n % ARRAY_SIZE(ids)];
}

static uint64_t address_of(uint8_t n, uint8_t kind)
{
	return kind & GNTMAP_contains_pte ? slot_machine_address(n * 5 % NR_SLOTS)
					  : slot_address(n * 5 % NR_SLOTS);
}

/* Elements that make sense, from bytes that need not. */
static void element_make(const struct call *call, unsigned int i, void *to)
{
	const uint8_t *v = call->values;
	struct xen_gnttab_map_grant_ref map = {
		.host_addr = address_of((uint8_t)(v[0] + i), v[1]),
		.flags = v[1] & 0x1f,
		.ref = v[2],
		.dom = domain_of(v[3]),
	};
	struct xen_gnttab_unmap_grant_ref unmap = {
		.host_addr = v[1] & 0x20 ? 0 : address_of((uint8_t)(v[0] + i), v[1]),
		.dev_bus_addr = v[1] & 0x40 ? page_to_mfn(page_of(v[2])).n << PAGE_SHIFT : 0,
		.handle = v[3],
	};
	struct xen_gnttab_unmap_and_replace replace = {
		.host_addr = address_of(v[0], 0), .new_addr = address_of(v[1], 0), .handle = v[3]};
	struct xen_gnttab_copy copy = {.flags = v[0], .len = (uint16_t)(v[1] * 24)};

	copy.source.domid = domain_of(v[2]);
	copy.source.offset = (uint16_t)(v[3] * 18);
	copy.source.u.gmfn = v[0] & GNTCOPY_source_gref ? v[4] : page_to_mfn(page_of(v[4])).n;
	copy.dest.domid = domain_of(v[5]);
	copy.dest.offset = (uint16_t)(v[6] * 18);
	copy.dest.u.gmfn = v[0] & GNTCOPY_dest_gref ? v[7] : page_to_mfn(page_of(v[7])).n;
	switch (call->command % 16) {
	case GNTTABOP_map_grant_ref:
		memcpy(to, &map, sizeof(map));
		break;
	case GNTTABOP_unmap_grant_ref:
		memcpy(to, &unmap, sizeof(unmap));
		break;
	case GNTTABOP_unmap_and_replace:
		memcpy(to, &replace, sizeof(replace));
		break;
	case GNTTABOP_copy:
		memcpy(to, &copy, sizeof(copy));
		break;
	default:
		memcpy(to, v, sizeof(call->values));
		break;
	}
}

static size_t element_bytes(uint8_t command)
{
	static const uint8_t bytes[16] = {
		[GNTTABOP_map_grant_ref] = sizeof(struct xen_gnttab_map_grant_ref),
		[GNTTABOP_unmap_grant_ref] = sizeof(struct xen_gnttab_unmap_grant_ref),
		[GNTTABOP_unmap_and_replace] = sizeof(struct xen_gnttab_unmap_and_replace),
		[GNTTABOP_copy] = sizeof(struct xen_gnttab_copy),
	};

	return bytes[command % 16] ? bytes[command % 16] : 16;
}

/* Where lists go: a domain field of 16 bits stands at both ends of the small structures. */
static void lists_set(const struct call *call)
{
	uint64_t list = (uint64_t)window + 256;
	uint16_t self = DOMID_SELF;

	if (call->flags & CALL_HUGE)
		return;
	switch (call->command % 16) {
	case GNTTABOP_setup_table:
		memcpy(window, &self, sizeof(self));
		memcpy(window + offsetof(struct xen_gnttab_setup_table, frame_list), &list, 8);
		window[4] %= 32;
		memset(window + 5, 0, 3);
		break;
	case GNTTABOP_get_status_frames:
		memset(window + 1, 0, 3);
		memcpy(window + offsetof(struct xen_gnttab_get_status_frames, dom), &self, 2);
		memcpy(window + offsetof(struct xen_gnttab_get_status_frames, frame_list), &list,
		       8);
		break;
	case GNTTABOP_query_size:
	case GNTTABOP_get_version:
		memcpy(window, &self, sizeof(self));
		break;
	case GNTTABOP_set_version:
	case GNTTABOP_swap_grant_ref:
		memset(window + 1, 0, 3);
		memset(window + 5, 0, 3);
		break;
	default:
		break;
	}
}

static void table_write(const struct domain *d, const uint8_t *v)
{
	const struct grant_domain *g = d->grant;
	uint32_t frame = (uint32_t)page_to_mfn(page_of(v[3])).n;

	if (g->version == 1) {
		struct xen_grant_entry_v1 *entry = grant_entry_v1(g, v[0]);

		entry->flags = v[1];
		entry->domid = domain_of(v[2]);
		entry->frame = v[4] & 0x80 ? v[4] * 0x1010101U : frame;
	} else {
		union xen_grant_entry_v2 *entry = grant_entry_v2(g, v[0]);

		entry->hdr.flags = v[1] | (v[4] & 1) << 8;
		entry->hdr.domid = domain_of(v[2]);
		entry->full_page.frame = v[4] & 0x80 ? v[4] * 0x101010101010101UL : frame;
		entry->sub_page.page_off = (uint16_t)(v[5] * 17);
		entry->sub_page.length = (uint16_t)(v[6] * 17);
	}
}

/* The domain changes an entry by other means: drops it, or takes its right to write away. */
static void slot_touch(const struct domain *d, const uint8_t *v)
{
	uint64_t *slot = &slots[fixture_index(d)][v[0] * 5 % NR_SLOTS];
	struct page *page = mfn_to_page(pte_to_mfn(*slot));

	if (!(*slot & PTE_PRESENT))
		return;
	if (*slot & PTE_WRITABLE)
		page_put_type(page);
	*slot &= ~(uint64_t)PTE_WRITABLE;
	if (v[1] & 1) {
		*slot = 0;
		page_put(page);
	}
}

static void call_run(const struct call *call)
{
	uint64_t count = call->count % (MAX_ELEMENTS + 1);
	uint8_t command = call->command % 16;
	uint8_t *argument = window;

	for (unsigned int i = 0; i < count; i++)
		element_make(call, i, window + i * element_bytes(command));
	lists_set(call);
	if (count > 1 && element_bytes(command) == 16 && command != GNTTABOP_transfer)
		count = 1;
	if (call->flags & CALL_FAULT)
		fake_guest_fault(window + call->count, 8);
	percpu_softirq_pending = call->flags & CALL_PREEMPTED ? 1 : 0;
	(void)grant_op(command, argument, count);
	percpu_softirq_pending = 0;
	fake_guest_fault(NULL, 0);
}

static void call_play(const struct call *call)
{
	struct domain *d = caller_of(call);

	/* A dead one's vcpus don't run. */
	if (d->state != DOMAIN_ALIVE)
		return;
	fixture_act_as(d, 0);
	if (call->flags & CALL_DIE && call->values[0] == 0xdd)
		fixture_kill(d);
	else if (call->flags & CALL_WRITE_TABLE)
		table_write(d, call->values);
	else if (call->flags & CALL_TOUCH_SLOT)
		slot_touch(d, call->values);
	else
		call_run(call);
	if (!fixture_is_consistent())
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct call call;

	fixture_start();
	for (unsigned int n = 0; n < MAX_CALLS && size >= sizeof(call); n++) {
		memcpy(&call, data, sizeof(call));
		data += sizeof(call);
		size -= sizeof(call);
		call_play(&call);
	}
	if (!fixture_end())
		abort();
	return 0;
}
