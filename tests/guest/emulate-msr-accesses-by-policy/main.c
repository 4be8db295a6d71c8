/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RDMSR and WRMSR: bases and EFER are readable, unknown registers are #GP, nothing of the host leaks. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static void read_msr(void *argument)
{
	__asm__ volatile("rdmsr" ::"c"((uint32_t)(uint64_t)argument) : "eax", "edx");
}

static uint64_t msr(uint32_t number)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
	return (uint64_t)high << 32 | low;
}

static void write_msr(uint32_t number, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

struct access {
	uint32_t number;
	uint64_t value;
};

static void write_access(void *argument)
{
	const struct access *access = argument;

	write_msr(access->number, access->value);
}

static void check_write_fault(uint32_t number, uint64_t value)
{
	struct access access = {number, value};

	CHECK_FAULT(write_access, &access, TRAP_GP, 0);
}

void test_main(void)
{
	uint64_t base = (uint64_t)page_alloc(1), efer = msr(0xc0000080);

	CHECK_EQUAL(efer & 0xd00, 0xd00 & efer);
	CHECK(efer & 0x500);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_FS, base), 0);
	CHECK_EQUAL(msr(0xc0000100), base);
	write_msr(0xc0000100, base + 8);
	CHECK_EQUAL(msr(0xc0000100), base + 8);
	write_msr(0xc0000101, base + 16);
	CHECK_EQUAL(msr(0xc0000101), base + 16);
	write_msr(0xc0000102, base + 24);
	CHECK_EQUAL(msr(0xc0000102), base + 24);
	check_write_fault(0xc0000100, 0x1234567812345678);
	CHECK_FAULT(read_msr, 0x12345678, TRAP_GP, 0);
	CHECK_FAULT(read_msr, 0xc0010117, TRAP_GP, 0); /* VM_HSAVE_PA */
	check_write_fault(0x12345678, 1);
	check_write_fault(0xc0010117, 0x1000);
	/* The hypercall page is written through this one: a frame that is not ours is refused. */
	check_write_fault(0x40000000, 0x7ffffff000);
	(void)msr(0x1b);
}
