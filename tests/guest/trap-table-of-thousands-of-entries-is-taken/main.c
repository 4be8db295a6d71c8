/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set_trap_table with a list long enough to be continued takes every entry; the last one of a vector counts. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"

#define NR_ENTRIES 40000
#define LIST_BYTES (NR_ENTRIES * sizeof(struct xen_trap_info))

static void undefined(void *argument)
{
	__asm__ volatile("ud2");
}

void test_main(void)
{
	struct xen_trap_info *list = page_alloc(LIST_BYTES / PAGE_SIZE + 1);

	for (unsigned int i = 0; i < NR_ENTRIES - 2; i++) {
		list[i].vector = TRAP_UD;
		list[i].cs = kernel_cs;
		list[i].address = 0x123456789000;
	}
	list[NR_ENTRIES - 2] = list[0];
	list[NR_ENTRIES - 2].address = (uint64_t)trap_entries + 16 * TRAP_UD;
	/* A timer ends the first stretch, the rest is continued. */
	hypercall(__HYPERVISOR_set_timer_op, 1, 0, 0, 0, 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_set_trap_table, (uint64_t)list, 0, 0, 0, 0), 0);
	CHECK_FAULT(undefined, NULL, TRAP_UD, 0);
	CHECK_EQUAL(hypercall(__HYPERVISOR_set_trap_table, 0x7000dead0000, 0, 0, 0, 0),
		    -XEN_EFAULT);
	CHECK_FAULT(undefined, NULL, TRAP_UD, 0);
}
