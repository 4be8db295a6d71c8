/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's gs base and the user's are exchanged on the way to user mode and back. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/vcpu.h"

static uint64_t read_gs(uint64_t offset)
{
	uint64_t value;

	__asm__ volatile("mov %%gs:(%1), %0" : "=r"(value) : "r"(offset));
	return value;
}

static uint64_t nothing(uint64_t argument)
{
	return argument;
}

void test_main(void)
{
	uint64_t *left = page_alloc(1), *right = page_alloc(1);

	left[1] = 11;
	right[1] = 22;
	user_call(nothing, 0);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_GS_KERNEL, (uint64_t)left), 0);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_GS_USER, (uint64_t)right), 0);
	CHECK_EQUAL(read_gs(8), 11);
	CHECK_EQUAL(user_call(read_gs, 8), 22);
	CHECK_EQUAL(read_gs(8), 11);
	CHECK_EQUAL(user_call(read_gs, 8), 22);
}
