/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_register_vcpu_info moves the area, keeps its content, delivers there; not twice. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

static long set(uint64_t mfn, uint32_t offset)
{
	struct xen_vcpu_register_vcpu_info call = {.mfn = mfn, .offset = offset};

	return hypercall_vcpu_op(VCPUOP_register_vcpu_info, 0, &call);
}

void test_main(void)
{
	char *page = page_alloc(1);
	struct xen_vcpu_info *info = (struct xen_vcpu_info *)(page + 192);
	uint32_t left, right;

	CHECK_EQUAL(set(mfn_of(page), 4096 - 32), -XEN_ENXIO);
	CHECK_EQUAL(set(mfn_of(page), 0x10000), -XEN_ENXIO);
	CHECK(set(0xfffffffff, 0) < 0);
	CHECK_EQUAL(set(mfn_of(page), 192), 0);
	vcpu_current()->info = info;
	CHECK_EQUAL(set(mfn_of(page), 192), -XEN_EINVAL);
	CHECK_EQUAL(set(mfn_of(page), 256), -XEN_EINVAL);
	/* All ports are told again, so that nothing is lost in the move. */
	CHECK_EQUAL(info->evtchn_upcall_pending, 1);
	CHECK_EQUAL(info->evtchn_pending_sel, ~0ull);
	CHECK(time_ns() > 0);
	event_pair(&left, &right);
	event_delivery_on();
	CHECK_EQUAL(event_send(left), 0);
	CHECK_EQUAL(event_count(right), 1);
	/* The page is ours no more to become a table. */
	REQUIRE_EQUAL(page_set_flags(page, PTE_READ_ONLY), 0);
	CHECK(mmuext(MMUEXT_PIN_L1_TABLE, mfn_of(page), 0) < 0);
}
