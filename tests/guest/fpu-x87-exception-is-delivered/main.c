/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An unmasked x87 exception is #MF. (QEMU has no unmasked SSE exceptions.) */
#include "guest/test.h"
#include "guest/trap.h"

static void x87_invalid(void *argument)
{
	uint16_t unmasked = 0x37e;

	__asm__ volatile("fninit\n\t"
			 "fldcw %0\n\t"
			 "fldz\n\t"
			 "fldz\n\t"
			 "fdivp\n\t"
			 "fwait" ::"m"(unmasked));
}

void test_main(void)
{
	CHECK_FAULT(x87_invalid, NULL, TRAP_MF, 0);
	__asm__ volatile("fnclex");
}
