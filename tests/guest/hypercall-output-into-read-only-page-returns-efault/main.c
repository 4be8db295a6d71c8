/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hypervisor obeys the guest's read-only mapping when it writes a result. */
#include "abi/event_channel.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"

void test_main(void)
{
	char *page = page_alloc(1);

	REQUIRE_EQUAL(page_set_flags(page, PTE_READ_ONLY), 0);
	CHECK_EQUAL(hypercall_version(XENVER_extraversion, page), -XEN_EFAULT);
	CHECK_EQUAL(hypercall_version(XENVER_get_features, page), -XEN_EFAULT);
	CHECK_EQUAL(hypercall_event_channel_op(EVTCHNOP_alloc_unbound, page), -XEN_EFAULT);
	REQUIRE_EQUAL(page_set_flags(page, PTE_DATA), 0);
	CHECK_EQUAL(hypercall_version(XENVER_extraversion, page), 0);
}
