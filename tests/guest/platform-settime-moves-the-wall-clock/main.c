/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XENPF_settime64 sets the wall clock in shared_info under its version. */
#include "abi/platform.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"

void test_main(void)
{
	struct xen_platform_op call = {.cmd = XENPF_settime64,
				       .interface_version = XENPF_INTERFACE_VERSION};
	uint32_t version = shared_info->wc_version;

	call.u.settime64.secs = 2000000000;
	call.u.settime64.nsecs = 5;
	call.u.settime64.system_time = 0;
	CHECK_EQUAL(hypercall_platform_op(&call), 0);
	CHECK(shared_info->wc_version != version);
	CHECK_EQUAL(shared_info->wc_version & 1, 0);
	CHECK_EQUAL(shared_info->wc_sec, 2000000000);
	CHECK_EQUAL(shared_info->wc_nsec, 5);
}
