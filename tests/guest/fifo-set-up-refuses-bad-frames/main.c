/* SPDX-License-Identifier: GPL-2.0-or-later */
/* init_control and expand_array: bad vcpus, offsets, frames and page types are refused. */
#include "abi/event_channel.h"
#include "guest/event.h"
#include "guest/fifo.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

static long control(uint64_t gfn, uint32_t offset, uint32_t vcpu)
{
	struct xen_evtchn_init_control call = {.control_gfn = gfn, .offset = offset, .vcpu = vcpu};

	return hypercall_event_channel_op(EVTCHNOP_init_control, &call);
}

static long expand(uint64_t gfn)
{
	struct xen_evtchn_expand_array call = {.array_gfn = gfn};

	return hypercall_event_channel_op(EVTCHNOP_expand_array, &call);
}

void test_main(void)
{
	uint64_t mfn = mfn_of(page_alloc(1));
	uint64_t *table = table_alloc();

	REQUIRE_EQUAL(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(table), 0), 0);
	CHECK_EQUAL(expand(mfn), -XEN_EOPNOTSUPP);
	CHECK_EQUAL(control(mfn, 4, 0), -XEN_EINVAL);
	CHECK_EQUAL(control(mfn, 4096 - 64, 0), -XEN_EINVAL);
	CHECK_EQUAL(control(mfn, 0, 9), -XEN_ENOENT);
	CHECK_EQUAL(control(0xfffffffff, 0, 0), -XEN_EINVAL);
	CHECK_EQUAL(control(mfn_of(table), 0, 0), -XEN_EINVAL);
	fifo_init();
	CHECK_EQUAL(expand(0xfffffffff), -XEN_EINVAL);
	CHECK_EQUAL(expand(mfn_of(table)), -XEN_EINVAL);
	CHECK_EQUAL(control(mfn, 0, 0), -XEN_EINVAL);
}
