/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vcpu_op: absent vcpus are -ENOENT, unknown commands -ENOSYS, bad start contexts refused. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/vcpu.h"

static void run(void *argument) {}

static void check_context(long expected, void (*spoil)(struct xen_vcpu_guest_context *))
{
	struct xen_vcpu_guest_context *context = vcpu_context(1, run, NULL);

	spoil(context);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_initialise, 1, context), expected);
}

static void high_address(struct xen_vcpu_guest_context *context)
{
	context->user_regs.rip = 0x1234567812345678;
}

static void bad_base_table(struct xen_vcpu_guest_context *context)
{
	context->ctrlreg[3] = mfn_of(page_alloc(1)) << PAGE_SHIFT;
}

static void absent_base_table(struct xen_vcpu_guest_context *context)
{
	context->ctrlreg[3] = 0xfffffffff000;
}

static void bad_gdt(struct xen_vcpu_guest_context *context)
{
	context->gdt_ents = 512;
	context->gdt_frames[0] = 0xfffffffff;
}

static void long_gdt(struct xen_vcpu_guest_context *context)
{
	context->gdt_ents = 9000;
}

void test_main(void)
{
	CHECK_EQUAL(hypercall_vcpu_op(14, 0, NULL), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_vcpu_op(0x7fffffff, 0, NULL), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 9, NULL), -XEN_ENOENT);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, ~0u, NULL), -XEN_ENOENT);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_up, 9, NULL), -XEN_ENOENT);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 0, NULL), 1);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_initialise, 1, (void *)0x7000dead0000), -XEN_EFAULT);
	check_context(-XEN_EINVAL, high_address);
	check_context(-XEN_EINVAL, bad_base_table);
	check_context(-XEN_EINVAL, absent_base_table);
	check_context(-XEN_EINVAL, bad_gdt);
	check_context(-XEN_EINVAL, long_gdt);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_is_up, 1, NULL), 0);
	vcpu_start(1, run, NULL);
}
