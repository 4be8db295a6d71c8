/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page given by pirq_eoi_gmfn_v1: an EOI unmasks the line's port, and no other line's. */
#include "abi/event_channel.h"
#include "abi/physdev.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

#define GSI 10

static uint32_t line_bind(uint32_t gsi)
{
	struct xen_physdev_map_pirq map = {.domid = DOMID_SELF,
					   .type = MAP_PIRQ_TYPE_GSI,
					   .index = (int)gsi,
					   .pirq = (int)gsi};
	struct xen_physdev_setup_gsi setup = {.gsi = (int)gsi, .triggering = 1, .polarity = 1};
	struct xen_evtchn_bind_pirq bind = {.pirq = gsi, .flags = BIND_PIRQ__WILL_SHARE};

	REQUIRE_EQUAL(hypercall_physdev_op(PHYSDEVOP_map_pirq, &map), 0);
	REQUIRE_EQUAL(hypercall_physdev_op(PHYSDEVOP_setup_gsi, &setup), 0);
	REQUIRE_EQUAL(hypercall_event_channel_op(EVTCHNOP_bind_pirq, &bind), 0);
	return bind.port;
}

static void end_interrupt(uint32_t gsi, long answer)
{
	struct xen_physdev_eoi eoi = {.irq = gsi};

	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_eoi, &eoi), answer);
}

void test_main(void)
{
	struct xen_physdev_pirq_eoi_gmfn call = {.gmfn = mfn_of(page_alloc(1))};
	uint32_t port = line_bind(GSI), other = line_bind(GSI + 1);

	event_mask(port);
	event_mask(other);
	end_interrupt(GSI, 0);
	CHECK(event_is_masked(port));
	REQUIRE_EQUAL(hypercall_physdev_op(PHYSDEVOP_pirq_eoi_gmfn_v1, &call), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_pirq_eoi_gmfn_v2, &call), -XEN_EBUSY);
	end_interrupt(GSI, 0);
	CHECK(!event_is_masked(port));
	CHECK(event_is_masked(other));
	end_interrupt(~0u, -XEN_EINVAL);
	CHECK_EQUAL(event_close(other), 0);
	end_interrupt(GSI + 1, 0);
}
