/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XSETBV is emulated: offered components can be turned on, x87 never off, others are #GP. */
#include "guest/test.h"
#include "guest/trap.h"

static void set_xcr0(void *argument)
{
	uint64_t value = (uint64_t)argument;

	__asm__ volatile("xsetbv" ::"a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(0));
}

static uint64_t get_xcr0(void)
{
	uint32_t low, high;

	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

static uint32_t forced_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t *ecx)
{
	uint32_t eax = leaf, ebx, edx;

	*ecx = subleaf;
	__asm__ volatile("ud2a; .ascii \"xen\"; cpuid"
			 : "+a"(eax), "=b"(ebx), "+c"(*ecx), "=d"(edx));
	return eax;
}

static void set_cr4_osxsave(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0\n\t"
			 "or $0x40000, %0\n\t"
			 "mov %0, %%cr4"
			 : "=&r"(value));
}

void test_main(void)
{
	uint32_t ecx, offered;

	forced_cpuid(1, 0, &ecx);
	if (!(ecx & 1u << 26))
		test_skip("no XSAVE");
	offered = forced_cpuid(0xd, 0, &ecx);
	set_cr4_osxsave();
	set_xcr0((void *)1);
	CHECK_EQUAL(get_xcr0(), 1);
	set_xcr0((void *)3);
	CHECK_EQUAL(get_xcr0(), 3);
	if (offered & 4) {
		set_xcr0((void *)7);
		CHECK_EQUAL(get_xcr0(), 7);
	}
	CHECK_FAULT(set_xcr0, 0, TRAP_GP, 0);
	CHECK_FAULT(set_xcr0, 2, TRAP_GP, 0);
	CHECK_FAULT(set_xcr0, 5, TRAP_GP, 0);
	CHECK_FAULT(set_xcr0, 1ul << 62 | 1, TRAP_GP, 0);
}
