/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rows of bounced exceptions, user mode and emulated instructions. */
#include "abi/physdev.h"
#include "bench.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define UNMAPPED 0x7000dead0000ul

static void set_entries(void)
{
	struct xen_trap_info table[3] = {
		{.vector = TRAP_BP, .flags = 3, .address = (uint64_t)bench_breakpoint},
		{.vector = TRAP_PF, .flags = 0, .address = (uint64_t)bench_page_fault},
	};
	struct xen_callback_register call = {.type = CALLBACKTYPE_syscall,
					     .flags = CALLBACKF_mask_events,
					     .address = (uint64_t)bench_syscall};

	table[0].cs = table[1].cs = kernel_cs;
	if (hypercall_set_trap_table(table) != 0 ||
	    hypercall_callback_op(CALLBACKOP_register, &call) != 0)
		test_error("the handlers are refused");
}

#define TOUCH(address) __asm__ volatile("movb (%0), %%al" ::"b"(address) : "rax")

/* In user mode: no library, so the loop is here. */
static uint64_t user_syscalls(uint64_t argument)
{
	return BENCH_TICKS(__asm__ volatile("syscall" ::"a"(0) : "rcx", "r11", "memory"));
}

static uint64_t user_faults(uint64_t argument)
{
	return BENCH_TICKS(TOUCH(UNMAPPED));
}

static void bench_emulated(void)
{
	struct xen_physdev_set_iopl iopl = {.iopl = 1};
	uint32_t leaf, sub;
	uint64_t cr0;

	hypercall_physdev_op(PHYSDEVOP_set_iopl, &iopl);
	BENCH("forced-emulation CPUID", leaf = 1; sub = 0;
	      __asm__ volatile("ud2a; .ascii \"xen\"; cpuid"
			       : "+a"(leaf), "+c"(sub)::"rbx", "rdx"));
	BENCH("trapped MSR read", __asm__ volatile("rdmsr" ::"c"(0xc0000080) : "rax", "rdx"));
	BENCH("CR0 read", __asm__ volatile("mov %%cr0, %0" : "=r"(cr0)));
	BENCH("port write", __asm__ volatile("outb %%al, $0x80" ::"a"(0)));
}

void bench_traps(void)
{
	set_entries();
	BENCH("page-fault bounce", TOUCH(UNMAPPED));
	BENCH("int3", __asm__ volatile("int3"));
	bench_report("user system call", user_call(user_syscalls, 0));
	bench_report("user page fault", user_call(user_faults, 0));
	bench_emulated();
}
