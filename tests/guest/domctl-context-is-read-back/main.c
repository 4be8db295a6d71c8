/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was installed is read, before the vcpu ran and of one that runs. */
#include "guest/child.h"
#include "guest/page.h"
#include "guest/test.h"

static void spin(void)
{
	child_mailbox.words[0] = 1;
	__asm__ volatile("mov $0x1234567, %%rbx; 1: pause; jmp 1b" ::: "rbx");
}

static struct xen_vcpu_guest_context context;

static long get(struct child *child, uint32_t vcpu)
{
	struct xen_domctl call = {0};

	memset(&context, 0xaa, sizeof(context));
	call.u.vcpucontext.vcpu = vcpu;
	call.u.vcpucontext.ctxt = (uint64_t)&context;
	return domctl_send(&call, XEN_DOMCTL_getvcpucontext, child->id);
}

void test_main(void)
{
	struct child *child = child_create();
	struct xen_vcpu_guest_context *set = child_prepare(child, spin);

	set->user_regs.r12 = 0x1212;
	set->fs_base = 0x5000;
	set->trap_ctxt[3].vector = 3;
	set->trap_ctxt[3].cs = FLAT_KERNEL_CS;
	set->trap_ctxt[3].address = 0x1000;
	set->vm_assist = 1ul << VMASST_TYPE_m2p_strict;
	REQUIRE_EQUAL(child_set_context(child, 0, set), 0);
	REQUIRE_EQUAL(get(child, 0), 0);
	CHECK_EQUAL(context.flags & (VGCF_in_kernel | VGCF_online), VGCF_in_kernel | VGCF_online);
	CHECK_EQUAL(context.user_regs.rip, set->user_regs.rip);
	CHECK_EQUAL(context.user_regs.rsi, set->user_regs.rsi);
	CHECK_EQUAL(context.user_regs.r12, 0x1212);
	CHECK_EQUAL(context.user_regs.cs, FLAT_KERNEL_CS);
	CHECK_EQUAL(context.fs_base, 0x5000);
	CHECK_EQUAL(context.ctrlreg[3], set->ctrlreg[3]);
	CHECK_EQUAL(context.ctrlreg[1], 0);
	CHECK_EQUAL(context.kernel_sp, set->kernel_sp);
	CHECK_EQUAL(context.trap_ctxt[3].address, 0x1000);
	CHECK_EQUAL(context.vm_assist, 1ul << VMASST_TYPE_m2p_strict);
	CHECK_EQUAL(context.gdt_ents, 0);
	CHECK_EQUAL(get(child, 1), -XEN_EINVAL);
	child_unpause(child);
	REQUIRE(child_wait_word(child, 0, 1));
	for (int i = 0; i < 1000 && context.user_regs.rbx != 0x1234567; i++)
		REQUIRE_EQUAL(get(child, 0), 0);
	CHECK_EQUAL(context.user_regs.rbx, 0x1234567);
	CHECK(context.event_callback_eip != 0);
}
