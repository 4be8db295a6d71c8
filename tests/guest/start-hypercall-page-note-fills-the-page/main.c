/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page that the HYPERCALL_PAGE note names has 32 bytes of code for each number. */
#include "guest/hypercall.h"
#include "guest/test.h"

__asm__(".pushsection .text\n\t"
	".balign 4096\n"
	"hypercall_page: .skip 4096\n\t"
	".popsection\n\t"
	".pushsection .note.Xen, \"a\", @note\n\t"
	".balign 4\n\t"
	".long 4, 8, 2\n\t"
	".asciz \"Xen\"\n\t"
	".quad hypercall_page\n\t"
	".popsection");

static long call_page(unsigned int number, uint64_t a1, uint64_t a2)
{
	long result;

	__asm__ volatile("lea hypercall_page(%%rip), %%rax\n\t"
			 "add %[offset], %%rax\n\t"
			 "call *%%rax"
			 : "=&a"(result), "+D"(a1), "+S"(a2)
			 : [offset] "r"((uint64_t)number * 32)
			 : "rcx", "rdx", "r8", "r9", "r10", "r11", "memory");
	return result;
}

void test_main(void)
{
	struct xen_feature_info info = {0};

	CHECK_EQUAL(call_page(__HYPERVISOR_xen_version, XENVER_version, 0), 4 << 16 | 17);
	CHECK_EQUAL(call_page(__HYPERVISOR_xen_version, XENVER_get_features, (uint64_t)&info), 0);
	CHECK(info.submap != 0);
	CHECK_EQUAL(call_page(__HYPERVISOR_sched_op, SCHEDOP_yield, 0), 0);
	CHECK_EQUAL(call_page(63, 0, 0), -XEN_ENOSYS);
}
