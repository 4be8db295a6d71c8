/* SPDX-License-Identifier: GPL-2.0-or-later */
/* set_segment_base: fs and both gs bases; addresses that are not canonical are refused. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/trap.h"

static uint64_t read_fs(void)
{
	uint64_t value;

	__asm__ volatile("mov %%fs:8, %0" : "=r"(value));
	return value;
}

static uint64_t read_gs(void)
{
	uint64_t value;

	__asm__ volatile("mov %%gs:8, %0" : "=r"(value));
	return value;
}

void test_main(void)
{
	uint64_t *left = page_alloc(1), *right = page_alloc(1);

	left[1] = 11;
	right[1] = 22;
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_FS, (uint64_t)left), 0);
	CHECK_EQUAL(read_fs(), 11);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_GS_KERNEL, (uint64_t)right), 0);
	CHECK_EQUAL(read_gs(), 22);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_GS_USER, (uint64_t)left), 0);
	CHECK_EQUAL(read_gs(), 22);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_GS_USER_SEL, 0), 0);
	CHECK_EQUAL(read_gs(), 22);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_GS_USER_SEL, 0x1234), 0);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_FS, 0x1234567812345678), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_set_segment_base(SEGBASE_GS_KERNEL, 0x0000800000000000), -XEN_EINVAL);
	CHECK_EQUAL(hypercall_set_segment_base(4, 0), -XEN_EINVAL);
	CHECK_EQUAL(read_fs(), 11);
	CHECK_EQUAL(read_gs(), 22);
}
