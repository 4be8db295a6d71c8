/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An instruction to emulate may lie on two pages whose frames are not neighbours. */
#include "abi/physdev.h"
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

#define ADDRESS 0x200000000000ul

void test_main(void)
{
	/* mov $0x0a, %al; out %al, $0x70; in $0x71, %al; ret */
	static const uint8_t code[] = {0xb0, 0x0a, 0xe6, 0x70, 0xe4, 0x71, 0xc3};
	struct xen_physdev_set_iopl call = {.iopl = 1};
	uint8_t *second = page_alloc(1), *first;

	page_alloc(1);
	first = page_alloc(1);
	CHECK_EQUAL(hypercall_physdev_op(PHYSDEVOP_set_iopl, &call), 0);
	map_at(ADDRESS, pte_make(mfn_of(first), PTE_DATA));
	map_at(ADDRESS + PAGE_SIZE, pte_make(mfn_of(second), PTE_DATA));
	for (unsigned int split = 1; split < sizeof(code); split++) {
		uint8_t value = 0;

		memcpy((uint8_t *)ADDRESS + PAGE_SIZE - split, code, sizeof(code));
		__asm__ volatile("call *%1"
				 : "=a"(value)
				 : "r"(ADDRESS + PAGE_SIZE - split)
				 : "memory");
		CHECK_EQUAL(value & 0x7f, 0x26);
	}
}
