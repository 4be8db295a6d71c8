/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads of CR0, CR2, CR3, CR4 are emulated; harmless writes are taken, dangerous ones are #GP. */
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"

#define DEFINE_ACCESSORS(n)                                                     \
	static uint64_t read_cr##n(void)                                        \
	{                                                                       \
		uint64_t value;                                                 \
                                                                                \
		__asm__ volatile("mov %%cr" #n ", %0" : "=r"(value));           \
		return value;                                                   \
	}                                                                       \
	static void write_cr##n(void *argument)                                 \
	{                                                                       \
		__asm__ volatile("mov %0, %%cr" #n ::"r"(argument) : "memory"); \
	}

DEFINE_ACCESSORS(0)
DEFINE_ACCESSORS(2)
DEFINE_ACCESSORS(3)
DEFINE_ACCESSORS(4)

static void write_cr8(void *argument)
{
	__asm__ volatile("mov %0, %%cr8" ::"r"(argument));
}

void test_main(void)
{
	uint64_t cr0 = read_cr0(), cr4 = read_cr4();

	CHECK_EQUAL(cr0 & 0x80000001, 0x80000001);
	CHECK_EQUAL(cr0 & 8, 0);
	CHECK(cr4 & 0x20);
	CHECK_EQUAL(cr4 & 0x2000, 0);
	CHECK_EQUAL(read_cr3(), base_table_mfn() << PAGE_SHIFT);
	write_cr0((void *)(cr0 | 8));
	CHECK_EQUAL(read_cr0() & 8, 8);
	write_cr0((void *)cr0);
	CHECK_EQUAL(read_cr0() & 8, 0);
	CHECK_FAULT(write_cr0, cr0 & ~0x80000000ul, TRAP_GP, 0);
	CHECK_FAULT(write_cr0, cr0 ^ 0x10000, TRAP_GP, 0);
	write_cr2((void *)0x123456789000);
	CHECK_EQUAL(shared_info->vcpu_info[0].arch.cr2, 0x123456789000);
	CHECK_EQUAL(read_cr2(), 0x123456789000);
	write_cr3((void *)read_cr3());
	CHECK_FAULT(write_cr3, 0x7ffffff000, TRAP_GP, 0);
	CHECK_EQUAL(read_cr3(), base_table_mfn() << PAGE_SHIFT);
	write_cr4((void *)cr4);
	CHECK_EQUAL(read_cr4(), cr4);
	CHECK_FAULT(write_cr8, 0, TRAP_GP, 0);
}
