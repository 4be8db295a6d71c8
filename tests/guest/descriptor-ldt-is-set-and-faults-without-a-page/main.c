/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MMUEXT_SET_LDT: segments from the LDT load; a missing page of it gives #PF or #GP; limits hold. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static void load_es(void *argument)
{
	uint16_t selector = (uint16_t)(uint64_t)argument;

	__asm__ volatile("mov %0, %%es" ::"r"(selector));
}

void test_main(void)
{
	uint64_t *ldt = page_alloc(2);

	ldt[1] = 0x00cff3000000ffff;
	ldt[600] = 0x00cff3000000ffff;
	REQUIRE_EQUAL(page_set_flags(ldt, PTE_READ_ONLY), 0);
	REQUIRE_EQUAL(page_set_flags(ldt + 512, PTE_READ_ONLY), 0);
	CHECK_EQUAL(mmuext(MMUEXT_SET_LDT, (uint64_t)ldt, 1024), 0);
	load_es((void *)(1 * 8 | 4 | 3));
	load_es((void *)(600 * 8 | 4 | 3));
	load_es((void *)0);
	CHECK_FAULT(load_es, 2 * 8 | 4 | 3, TRAP_GP, 2 * 8 | 4);
	CHECK_EQUAL(mmuext(MMUEXT_SET_LDT, (uint64_t)ldt, 2), 0);
	CHECK_FAULT(load_es, 600 * 8 | 4 | 3, TRAP_GP, 600 * 8 | 4);
	CHECK_EQUAL(mmuext(MMUEXT_SET_LDT, (uint64_t)ldt, 8193), -XEN_EINVAL);
	CHECK_EQUAL(mmuext(MMUEXT_SET_LDT, (uint64_t)ldt + 8, 16), -XEN_EINVAL);
	CHECK_EQUAL(mmuext(MMUEXT_SET_LDT, 0x1234567812345000, 16), -XEN_EINVAL);
	CHECK_EQUAL(mmuext(MMUEXT_SET_LDT, 0x7000dead0000, 16), 0);
	CHECK_FAULT(load_es, 1 * 8 | 4 | 3, TRAP_PF, 0);
	CHECK_EQUAL(mmuext(MMUEXT_SET_LDT, 0, 0), 0);
	CHECK_FAULT(load_es, 1 * 8 | 4 | 3, TRAP_GP, 1 * 8 | 4);
}
