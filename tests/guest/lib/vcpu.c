/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bringing up vcpus; user mode. */
#include "guest/hypercall.h"
#include "guest/page.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/vcpu.h"

#define USER_FLAGS 0x202
#define USER_ADDRESS 0x10000000ul
#define CS_USER 0xe033

uint64_t user_enter(const struct iret_frame *frame, uint64_t argument, uint64_t *saved_rsp);

static char more_stacks[VCPU_MAX - 1][STACK_BYTES * 2]
	__attribute__((aligned(STACK_BYTES * 2), section(".pages,\"aw\",@nobits#")));

static char *vcpu_area(unsigned int id)
{
	return id == 0 ? vcpu0_stack : more_stacks[id - 1];
}

static void vcpu_set_callbacks(void)
{
	struct xen_callback_register callbacks[] = {
		{.type = CALLBACKTYPE_event, .address = (uint64_t)event_entry},
		{.type = CALLBACKTYPE_failsafe,
		 .flags = CALLBACKF_mask_events,
		 .address = (uint64_t)failsafe_entry},
		{.type = CALLBACKTYPE_syscall,
		 .flags = CALLBACKF_mask_events,
		 .address = (uint64_t)syscall_entry},
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(callbacks); i++) {
		long result = hypercall_callback_op(CALLBACKOP_register, &callbacks[i]);

		if (result != 0)
			test_error("callback %u is refused: %ld", callbacks[i].type, result);
	}
}

void vcpu_init(unsigned int id)
{
	struct vcpu *vcpu = (struct vcpu *)vcpu_area(id);

	vcpu->id = id;
	vcpu->info = &shared_info->vcpu_info[id];
	vcpu_set_callbacks();
	hypercall_stack_switch(FLAT_KERNEL_SS, (uint64_t)vcpu_area(id) + 2 * STACK_BYTES);
}

struct xen_vcpu_guest_context *vcpu_context(unsigned int id, void (*function)(void *),
					    void *argument)
{
	struct xen_vcpu_guest_context *context = page_alloc(2);
	struct vcpu *vcpu = (struct vcpu *)vcpu_area(id);

	vcpu->function = function;
	vcpu->argument = argument;
	vcpu->id = id;
	context->flags = VGCF_in_kernel;
	context->user_regs.rip = (uint64_t)vcpu_entry;
	context->user_regs.rsp = (uint64_t)vcpu_area(id) + STACK_BYTES;
	context->user_regs.rflags = 2;
	context->user_regs.cs = FLAT_KERNEL_CS;
	context->user_regs.ss = FLAT_KERNEL_SS;
	context->kernel_ss = FLAT_KERNEL_SS;
	context->kernel_sp = (uint64_t)vcpu_area(id) + 2 * STACK_BYTES;
	context->ctrlreg[3] = base_table_mfn() << PAGE_SHIFT;
	return context;
}

void vcpu_start(unsigned int id, void (*function)(void *), void *argument)
{
	long result = hypercall_vcpu_op(VCPUOP_initialise, id,
					vcpu_context(id, function, argument));

	if (result == -XEN_ENOENT)
		test_error("the domain has no vcpu %u", id);
	if (result != 0)
		test_fail("VCPUOP_initialise returns %ld", result);
	result = hypercall_vcpu_op(VCPUOP_up, id, NULL);
	if (result != 0)
		test_fail("VCPUOP_up returns %ld", result);
}

void vcpu_main(void)
{
	struct vcpu *vcpu = vcpu_current();

	vcpu_init(vcpu->id);
	trap_init();
	vcpu->function(vcpu->argument);
	hypercall_vcpu_op(VCPUOP_down, vcpu->id, NULL);
	test_error("vcpu %u goes on after VCPUOP_down", vcpu->id);
}

void user_set_tables(const uint64_t *base_table)
{
	long result = mmuext(MMUEXT_NEW_USER_BASEPTR, mfn_of(base_table), 0);

	if (result != 0)
		test_error("MMUEXT_NEW_USER_BASEPTR returns %ld", result);
}

uint64_t user_run_frame(const struct iret_frame *frame, uint64_t argument)
{
	return user_enter(frame, argument, &vcpu_current()->user_rsp);
}

static void run_frame(void *argument)
{
	user_run_frame(argument, 0);
}

bool catch_user_fault(const struct iret_frame *frame, struct fault *fault)
{
	struct iret_frame copy = *frame;

	return catch_fault(run_frame, &copy, fault);
}

uint64_t user_run(uint64_t (*function)(uint64_t), uint64_t argument, void *stack_top)
{
	uint64_t *stack = (uint64_t *)((uint64_t)stack_top - sizeof(uint64_t));
	struct iret_frame frame = {(uint64_t)function, CS_USER, USER_FLAGS, (uint64_t)stack,
				   FLAT_USER_SS};

	write_once(*stack, (uint64_t)user_return);
	return user_run_frame(&frame, argument);
}

uint64_t user_call(uint64_t (*function)(uint64_t), uint64_t argument)
{
	static char *stack;

	if (!stack) {
		stack = page_alloc(1);
		user_set_tables(user_tables_create(USER_ADDRESS));
		map_at(USER_ADDRESS, pte_make(mfn_of(stack), PTE_DATA));
	}
	return user_run(function, argument, (void *)(USER_ADDRESS + PAGE_SIZE));
}
