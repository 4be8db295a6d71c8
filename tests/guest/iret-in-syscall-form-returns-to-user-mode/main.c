/* SPDX-License-Identifier: GPL-2.0-or-later */
/* iret with VGCF_in_syscall goes back to user mode by the short way: rip, rsp and flags are right. */
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

/* As the library's return path, but with the flag of the short form. */
__asm__(".pushsection .text\n"
	"short_syscall_entry:\n\t"
	"cmp $-1, %rax\n\t"
	"je syscall_entry\n\t"
	"pop %rcx\n\t"
	"pop %r11\n\t"
	"lea 1(%rdi), %rax\n\t"
	"push $0x100\n\t"
	"push %rcx\n\t"
	"push %r11\n\t"
	"push %rax\n\t"
	"mov $23, %eax\n\t"
	"syscall\n\t"
	"ud2\n\t"
	".popsection");

struct user_result {
	uint64_t rax, rsp_before, rsp_after, flags, rbx, r12;
};

static struct user_result result;

static uint64_t user_syscall(uint64_t argument)
{
	__asm__ volatile("mov $0x77, %%rbx\n\t"
			 "mov $0x88, %%r12\n\t"
			 "mov %%rsp, %1\n\t"
			 "stc\n\t"
			 "syscall\n\t"
			 "pushf\n\t"
			 "pop %3\n\t"
			 "mov %%rsp, %2\n\t"
			 "mov %%rbx, %4\n\t"
			 "mov %%r12, %5\n\t"
			 : "=a"(result.rax), "=m"(result.rsp_before), "=m"(result.rsp_after),
			   "=m"(result.flags), "=m"(result.rbx), "=m"(result.r12)
			 : "a"(1ul), "D"(argument)
			 : "rbx", "rcx", "r11", "r12", "memory", "cc");
	return 0;
}

static uint64_t address_of_entry(void)
{
	uint64_t address;

	__asm__("lea short_syscall_entry(%%rip), %0" : "=r"(address));
	return address;
}

void test_main(void)
{
	struct xen_callback_register call = {.type = CALLBACKTYPE_syscall,
					     .flags = CALLBACKF_mask_events,
					     .address = address_of_entry()};

	REQUIRE_EQUAL(hypercall_callback_op(CALLBACKOP_register, &call), 0);
	user_call(user_syscall, 41);
	CHECK_EQUAL(result.rax, 42);
	CHECK_EQUAL(result.rsp_before, result.rsp_after);
	CHECK_EQUAL(result.flags & 1, 1);
	CHECK_EQUAL(result.rbx, 0x77);
	CHECK_EQUAL(result.r12, 0x88);
}
