/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A SYSCALL in the last two bytes below the hole would return to a non-canonical address: #GP or #PF. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

#define LAST_PAGE 0x00007ffffffff000ul

static void run_last(void *argument)
{
	__asm__ volatile("jmp *%0" ::"r"(LAST_PAGE + 0xffe), "a"(17ul), "D"(0ul), "S"(0ul)
			 : "rcx", "r11", "memory");
}

void test_main(void)
{
	uint8_t *page = page_alloc(1);
	struct fault fault = {0};

	page[0xffe] = 0x0f;
	page[0xfff] = 0x05;
	map_at(LAST_PAGE, pte_make(mfn_of(page), PTE_DATA));
	CHECK(catch_fault(run_last, NULL, &fault));
	CHECK(fault.vector == TRAP_GP || fault.vector == TRAP_PF);
	CHECK_EQUAL(fault.rip, 0x0000800000000000);
}
