/* SPDX-License-Identifier: GPL-2.0-or-later */
/* readconsole gives past output from the start or from an index on, and clears it; VIRQ_CON_RING tells of more. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/sysctl.h"
#include "guest/test.h"

static char text[65536], again[65536];

static uint32_t ring_read(char *to, uint32_t count, bool incremental, uint32_t *index)
{
	struct xen_sysctl call = {0};
	struct xen_sysctl_readconsole *read = &call.u.readconsole;

	read->buffer = (uint64_t)to;
	read->count = count;
	read->incremental = incremental;
	read->index = *index;
	REQUIRE_EQUAL(sysctl_send(&call, XEN_SYSCTL_readconsole), 0);
	CHECK_EQUAL(call.cmd, XEN_SYSCTL_readconsole);
	*index = read->index;
	return read->count;
}

static void ring_clear(void)
{
	struct xen_sysctl call = {0};

	call.u.readconsole.clear = 1;
	call.u.readconsole.buffer = (uint64_t)again;
	call.u.readconsole.count = sizeof(again);
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_readconsole), 0);
	CHECK(call.u.readconsole.count > 0);
}

/* Debug keys: the list of them, what processors run. */
static void ring_add(void)
{
	static const char keys[] = "hr";
	struct xen_sysctl call = {0};

	call.u.debug_keys.keys = (uint64_t)keys;
	call.u.debug_keys.nr_keys = 2;
	CHECK_EQUAL(sysctl_send(&call, XEN_SYSCTL_debug_keys), 0);
}

void test_main(void)
{
	uint32_t index = 0, part = 0, all, pieces = 0, bytes;
	long port = event_bind_virq(VIRQ_CON_RING, 0);

	REQUIRE(port > 0);
	all = ring_read(text, sizeof(text), false, &index);
	CHECK(all > 100 && all < sizeof(text));
	CHECK_EQUAL(ring_read(again, sizeof(again), true, &index), 0);
	/* In pieces it is the same. */
	bytes = ring_read(again, 7, false, &part);
	while (bytes) {
		pieces += bytes;
		bytes = ring_read(again + pieces, 1500, true, &part);
	}
	CHECK_EQUAL(pieces, all);
	CHECK_EQUAL(part, index);
	for (uint32_t i = 0; i < all; i++)
		if (text[i] != again[i])
			test_fail("byte %u differs", i);
	event_clear((uint32_t)port);
	CHECK(!event_is_pending((uint32_t)port));
	ring_add();
	CHECK(event_is_pending((uint32_t)port));
	CHECK(ring_read(again, sizeof(again), true, &part) > 10);
	ring_clear();
	index = 0;
	CHECK_EQUAL(ring_read(again, sizeof(again), false, &index), 0);
}
