/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VCPUOP_initialise checks the whole context: what is wrong is refused and leaves nothing behind. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/test.h"
#include "guest/time.h"
#include "guest/vcpu.h"

#define NOT_CANONICAL 0x1234567812345678ul

static struct xen_vcpu_guest_context *context;
static uint32_t ran;

static void run(void *argument)
{
	write_once(ran, 1);
	for (;;)
		hypercall_sched_op(SCHEDOP_yield, NULL);
}

static long initialise(void)
{
	return hypercall_vcpu_op(VCPUOP_initialise, 1, context);
}

#define CHECK_REFUSED(field, value, error)                     \
	do {                                                   \
		struct xen_vcpu_guest_context kept = *context; \
                                                               \
		context->field = (value);                      \
		CHECK_EQUAL(initialise(), (error));            \
		*context = kept;                               \
	} while (0)

static void check_descriptors(void)
{
	char *page = page_alloc(1);
	struct xen_vcpu_guest_context good = *context;

	CHECK_REFUSED(gdt_ents, 14 * 512 + 1, -XEN_EINVAL);
	context->gdt_frames[0] = 0xfffffffff;
	context->gdt_ents = 512;
	CHECK_EQUAL(initialise(), -XEN_EINVAL);
	/* A context that fails later gives the descriptor page back. */
	REQUIRE_EQUAL(page_set_flags(page, PTE_READ_ONLY), 0);
	context->gdt_frames[0] = mfn_of(page);
	context->ctrlreg[3] = 0xfffffffff000;
	CHECK(initialise() < 0);
	CHECK_EQUAL(page_set_flags(page, PTE_DATA), 0);
	*context = good;
}

void test_main(void)
{
	uint64_t end;

	context = vcpu_context(1, run, NULL);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_initialise, 1, (void *)0x7000dead0000), -XEN_EFAULT);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_initialise, 77, context), -XEN_ENOENT);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), -XEN_EINVAL);
	CHECK_REFUSED(user_regs.rip, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(event_callback_eip, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(failsafe_callback_eip, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(syscall_callback_eip, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(fs_base, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(gs_base_kernel, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(gs_base_user, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(trap_ctxt[255].address, NOT_CANONICAL, -XEN_EINVAL);
	CHECK_REFUSED(ctrlreg[3], 0, -XEN_EINVAL);
	CHECK_REFUSED(ctrlreg[3], 0xfffffffff000, -XEN_EINVAL);
	CHECK_REFUSED(ctrlreg[1], 0xfffffffff001, -XEN_EINVAL);
	CHECK_REFUSED(ldt_ents, 8193, -XEN_EINVAL);
	check_descriptors();
	/* Still not initialised, and a good context is taken. */
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), -XEN_EINVAL);
	CHECK_EQUAL(initialise(), 0);
	CHECK_EQUAL(initialise(), -XEN_EEXIST);
	CHECK_EQUAL(hypercall_vcpu_op(VCPUOP_up, 1, NULL), 0);
	end = time_ns() + 5 * SECOND;
	while (!read_once(ran) && time_ns() < end)
		hypercall_sched_op(SCHEDOP_yield, NULL);
	CHECK_EQUAL(ran, 1);
}
