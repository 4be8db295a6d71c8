/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A GSI is mapped to a pirq, bound to a port, asked for its status, and let go again. */
#include "abi/event_channel.h"
#include "abi/physdev.h"
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/test.h"

#define GSI 10

void test_main(void)
{
	struct xen_physdev_map_pirq map = {
		.domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = GSI, .pirq = GSI};
	struct xen_physdev_setup_gsi setup = {.gsi = GSI, .triggering = 1, .polarity = 1};
	struct xen_physdev_irq_status_query query = {.irq = GSI};
	struct xen_physdev_unmap_pirq unmap = {.domid = DOMID_SELF, .pirq = GSI};
	struct xen_evtchn_bind_pirq bind = {.pirq = GSI, .flags = BIND_PIRQ__WILL_SHARE};
	struct xen_evtchn_status status = {.dom = DOMID_SELF};

	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_map_pirq, &map), 0);
	CHECK_EQUAL(map.pirq, GSI);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_setup_gsi, &setup), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_irq_status_query, &query), 0);
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_bind_pirq, &bind), 0);
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_bind_pirq, &bind), -XEN_EEXIST);
	status.port = bind.port;
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_status, &status), 0);
	CHECK_EQUAL(status.status, EVTCHNSTAT_pirq);
	CHECK_EQUAL(status.u.pirq, GSI);
	CHECK_EQUAL(event_close(bind.port), 0);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_unmap_pirq, &unmap), 0);
}
