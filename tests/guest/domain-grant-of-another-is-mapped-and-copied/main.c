/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A child grants pages to us: mapped and copied they are the child's; the granter may be destroyed while
 * one is mapped, which comes back when it's let go.
 */
#include "guest/child.h"
#include "guest/grant.h"
#include "guest/page.h"
#include "guest/test.h"

#define REF_WRITABLE 8
#define REF_READ_ONLY 9
#define MAP_AT 0x220000000000ul

static void give(void)
{
	struct xen_grant_entry_v1 *table = grant_table_init();
	volatile uint64_t *page = page_alloc(1);

	page[0] = 0x1111;
	table[REF_WRITABLE].domid = 0;
	table[REF_WRITABLE].frame = (uint32_t)mfn_of(page);
	table[REF_READ_ONLY] = table[REF_WRITABLE];
	barrier();
	table[REF_WRITABLE].flags = GTF_permit_access;
	table[REF_READ_ONLY].flags = GTF_permit_access | GTF_readonly;
	child_mailbox.words[0] = 1;
	child_await(1, 1);
	child_mailbox.words[2] = page[1];
	child_mailbox.words[3] = page[2];
	child_mailbox.words[4] = table[REF_WRITABLE].flags;
	child_mailbox.words[0] = 2;
	child_await(1, 2);
}

static struct xen_gnttab_map_grant_ref map(struct child *child, uint64_t at, uint32_t ref,
					   uint32_t flags)
{
	struct xen_gnttab_map_grant_ref operation = {
		.host_addr = at, .flags = GNTMAP_host_map | flags, .ref = ref, .dom = child->id};

	map_tables(at);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &operation, 1), 0);
	return operation;
}

static int copy(struct child *child, uint32_t ref, void *ours, bool to_child)
{
	struct xen_gnttab_copy operation = {.len = 8};

	operation.source.u.gmfn = operation.dest.u.gmfn = mfn_of(ours);
	operation.source.domid = operation.dest.domid = DOMID_SELF;
	operation.source.offset = operation.dest.offset = (uint64_t)ours & ~PAGE_MASK;
	if (to_child) {
		operation.dest.u.ref = ref;
		operation.dest.domid = child->id;
		operation.dest.offset = 16;
		operation.flags = GNTCOPY_dest_gref;
	} else {
		operation.source.u.ref = ref;
		operation.source.domid = child->id;
		operation.source.offset = 0;
		operation.flags = GNTCOPY_source_gref;
	}
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_copy, &operation, 1), 0);
	return operation.status;
}

void test_main(void)
{
	struct child *child = child_start(give);
	volatile uint64_t *mapped = (uint64_t *)MAP_AT;
	struct xen_gnttab_map_grant_ref writable, refused;
	uint64_t *word = page_alloc(1), free;
	uint16_t id = child->id;

	REQUIRE(child_wait_word(child, 0, 1));
	writable = map(child, MAP_AT, REF_WRITABLE, 0);
	REQUIRE_EQUAL(writable.status, GNTST_okay);
	CHECK_EQUAL(mapped[0], 0x1111);
	mapped[1] = 0x2222;
	refused = map(child, MAP_AT + PAGE_SIZE, REF_READ_ONLY, 0);
	CHECK(refused.status < 0);
	refused = map(child, MAP_AT + PAGE_SIZE, 100, GNTMAP_readonly);
	CHECK(refused.status < 0);
	CHECK_EQUAL(copy(child, REF_READ_ONLY, word, false), GNTST_okay);
	CHECK_EQUAL(*word, 0x1111);
	*word = 0x3333;
	CHECK_EQUAL(copy(child, REF_WRITABLE, word, true), GNTST_okay);
	CHECK(copy(child, REF_READ_ONLY, word, true) < 0);
	child->mailbox->words[1] = 1;
	REQUIRE(child_wait_word(child, 0, 2));
	CHECK_EQUAL(child->mailbox->words[2], 0x2222);
	CHECK_EQUAL(child->mailbox->words[3], 0x3333);
	CHECK_EQUAL(child->mailbox->words[4], GTF_permit_access | GTF_reading | GTF_writing);
	child_destroy(child);
	CHECK_EQUAL(mapped[0], 0x1111);
	mapped[0] = 0x4444;
	CHECK_EQUAL(mapped[0], 0x4444);
	free = host_free_pages();
	CHECK_EQUAL(grant_unmap(MAP_AT, writable.handle), GNTST_okay);
	CHECK(domain_wait_gone(id));
	CHECK(host_wait_free_pages(free + 1));
}
