/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set_gdt installs our frames; a data segment of ours loads; the pages stay read-only while in use. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

#define DATA_SEGMENT 0x00cff3000000ffffull /* flat, ring 3, writable */

static void load_es(void *argument)
{
	uint16_t selector = (uint16_t)(uint64_t)argument;

	__asm__ volatile("mov %0, %%es" ::"r"(selector));
}

void test_main(void)
{
	uint64_t *gdt = page_alloc(1);
	uint64_t frames[2] = {mfn_of(gdt), 0xfffffffff};

	gdt[2] = DATA_SEGMENT;
	CHECK(hypercall_set_gdt(frames, 512) < 0);
	REQUIRE_EQUAL(page_set_flags(gdt, PTE_READ_ONLY), 0);
	CHECK_EQUAL(hypercall_set_gdt(frames, 512), 0);
	CHECK_FAULT(load_es, 0x1b, TRAP_GP, 0x18);
	load_es((void *)0x13);
	load_es((void *)0);
	CHECK(page_set_flags(gdt, PTE_DATA) < 0);
	CHECK(hypercall_set_gdt(frames, 1024) < 0);
	CHECK_EQUAL(hypercall_set_gdt(frames, 8192), -XEN_EINVAL);
	load_es((void *)0x13);
	CHECK_EQUAL(hypercall_set_gdt(frames, 0), 0);
	CHECK_FAULT(load_es, 0x13, TRAP_GP, 0x10);
	CHECK_EQUAL(page_set_flags(gdt, PTE_DATA), 0);
}
