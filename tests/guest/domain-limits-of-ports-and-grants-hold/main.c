/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A domain gets no port, grant frame or handle beyond what it was created with. */
#include "guest/child.h"
#include "guest/event.h"
#include "guest/grant.h"
#include "guest/page.h"
#include "guest/test.h"

#define MAX_PORT 100
#define MAX_GRANT_FRAMES 3

static void use_up(void)
{
	uint64_t frames[8] = {0};
	struct xen_gnttab_setup_table setup = {.dom = DOMID_SELF,
					       .nr_frames = MAX_GRANT_FRAMES + 1,
					       .frame_list = (uint64_t)frames};
	struct xen_gnttab_query_size size = {.dom = DOMID_SELF};
	long port, last = 0;

	while ((port = event_alloc_unbound(DOMID_SELF, DOMID_SELF)) > 0)
		last = port;
	CHECK_EQUAL(port, -XEN_ENOSPC);
	CHECK_EQUAL(last, MAX_PORT);
	CHECK(event_bind_ipi(0) < 0);
	event_close((uint32_t)last);
	CHECK_EQUAL(event_bind_ipi(0), last);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	CHECK(setup.status < 0);
	setup.nr_frames = MAX_GRANT_FRAMES;
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1), 0);
	CHECK_EQUAL(setup.status, GNTST_okay);
	CHECK(frames[MAX_GRANT_FRAMES - 1] != 0);
	CHECK_EQUAL(hypercall_grant_table_op(GNTTABOP_query_size, &size, 1), 0);
	CHECK_EQUAL(size.max_nr_frames, MAX_GRANT_FRAMES);
}

void test_main(void)
{
	struct xen_domctl configuration;
	struct child *child;

	child_configure(&configuration);
	configuration.u.createdomain.max_evtchn_port = MAX_PORT;
	configuration.u.createdomain.max_grant_frames = MAX_GRANT_FRAMES;
	child = child_create_from(&configuration);
	child_build(child, use_up);
	child_unpause(child);
	CHECK(child_wait(child));
}
