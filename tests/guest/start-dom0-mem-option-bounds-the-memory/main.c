/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dom0_mem=64M: nr_pages is at most that, and the reservations agree. */
#include "abi/memory.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	struct xen_memory_domain self = {.domid = DOMID_SELF};

	printf("%lu pages\n", start_info->nr_pages);
	CHECK(start_info->nr_pages <= 0x4000);
	CHECK(start_info->nr_pages >= 0x3c00);
	CHECK(hypercall_memory_op(XENMEM_current_reservation, &self) <= 0x4000);
	CHECK_EQUAL(hypercall_memory_op(XENMEM_maximum_reservation, &self), 0x4000);
}
