/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Trap table, dispatch, expected faults. */
#include "guest/event.h"
#include "guest/hypercall.h"
#include "guest/start.h"
#include "guest/test.h"
#include "guest/trap.h"
#include "guest/vcpu.h"

#define TRAP_ENTRIES 48
#define ENTRY_BYTES 16
#define USER_RETURN_CALL (~0ull)

int catch_enter(void (*function)(void *), void *argument, uint64_t *saved_rsp);

static void (*handlers[TRAP_COUNT])(struct trap_regs *);

void trap_set_handler(enum trap_vector vector, void (*handler)(struct trap_regs *))
{
	handlers[vector] = handler;
}

void trap_init(void)
{
	static struct xen_trap_info table[TRAP_ENTRIES + 1];

	for (unsigned int i = 0; i < TRAP_ENTRIES; i++) {
		table[i].vector = (uint8_t)i;
		table[i].cs = kernel_cs;
		table[i].address = (uint64_t)trap_entries + i * ENTRY_BYTES;
		if (i == TRAP_BP || i == TRAP_OF || i >= TRAP_SOFT_FIRST)
			table[i].flags = 3;
	}
	hypercall_set_trap_table(table);
}

static void trap_print(const struct trap_regs *regs)
{
	printf("trap %lu error 0x%lx rip 0x%lx cs 0x%x flags 0x%lx rsp 0x%lx cr2 0x%lx\n",
	       regs->vector, regs->error_code, regs->rip, regs->cs, regs->rflags, regs->rsp,
	       vcpu_current()->info->arch.cr2);
	printf("rax 0x%lx rbx 0x%lx rcx 0x%lx rdx 0x%lx rsi 0x%lx rdi 0x%lx rbp 0x%lx\n", regs->rax,
	       regs->rbx, regs->rcx, regs->rdx, regs->rsi, regs->rdi, regs->rbp);
}

/* Makes the trap return to the kernel at `rip` with `rsp`. */
static void trap_resume(struct trap_regs *regs, const char *rip, uint64_t rsp, uint64_t rax)
{
	regs->rip = (uint64_t)rip;
	regs->rsp = rsp;
	regs->rax = rax;
	regs->cs = kernel_cs;
	regs->ss = FLAT_KERNEL_SS;
	regs->rflags = (regs->rflags & 0x200) | 2;
}

static bool trap_end_catch(struct trap_regs *regs)
{
	struct vcpu *vcpu = vcpu_current();

	if (!vcpu->catch_rsp || regs->vector >= TRAP_EVENT)
		return false;
	vcpu->catch_fault = (struct fault){
		.vector = regs->vector,
		.error_code = regs->error_code,
		.address = vcpu->info->arch.cr2,
		.rip = regs->rip,
		.from_user = (regs->cs & 3) == 3,
	};
	vcpu->user_rsp = 0;
	trap_resume(regs, catch_leave, vcpu->catch_rsp, 1);
	return true;
}

static bool trap_end_user(struct trap_regs *regs)
{
	struct vcpu *vcpu = vcpu_current();

	if (regs->vector != TRAP_SYSCALL || regs->rax != USER_RETURN_CALL || !vcpu->user_rsp)
		return false;
	trap_resume(regs, catch_leave, vcpu->user_rsp, regs->rdi);
	vcpu->user_rsp = 0;
	return true;
}

void trap_dispatch(struct trap_regs *regs)
{
	if (trap_end_user(regs))
		return;
	if (handlers[regs->vector]) {
		handlers[regs->vector](regs);
		return;
	}
	if (regs->vector == TRAP_EVENT) {
		event_handle();
		return;
	}
	if (trap_end_catch(regs))
		return;
	trap_print(regs);
	test_error("unexpected trap %lu at 0x%lx", regs->vector, regs->rip);
}

bool catch_fault(void (*function)(void *), void *argument, struct fault *fault)
{
	struct vcpu *vcpu = vcpu_current();
	uint64_t outer = vcpu->catch_rsp;
	int faulted = catch_enter(function, argument, &vcpu->catch_rsp);

	vcpu->catch_rsp = outer;
	if (faulted && fault)
		*fault = vcpu->catch_fault;
	return faulted;
}

struct access {
	volatile uint8_t *address;
	uint64_t value;
};

static void access_read(void *argument)
{
	struct access *access = argument;

	access->value = *(volatile uint64_t *)access->address;
}

static void access_write(void *argument)
{
	struct access *access = argument;

	*(volatile uint64_t *)access->address = access->value;
}

static void access_execute(void *argument)
{
	((void (*)(void))argument)();
}

bool probe_read(const volatile void *address, uint64_t *value, struct fault *fault)
{
	struct access access = {(volatile uint8_t *)address, 0};
	bool faulted = catch_fault(access_read, &access, fault);

	if (value)
		*value = access.value;
	return faulted;
}

bool probe_write(volatile void *address, uint64_t value, struct fault *fault)
{
	struct access access = {address, value};

	return catch_fault(access_write, &access, fault);
}

bool probe_execute(const void *address, struct fault *fault)
{
	return catch_fault(access_execute, (void *)address, fault);
}

void check_fault(void (*function)(void *), void *argument, uint64_t vector, uint64_t error_code,
		 const char *file, int line)
{
	struct fault fault;

	if (!catch_fault(function, argument, &fault)) {
		check_true(false, file, line, "a fault was expected, none came");
		return;
	}
	check_equal((int64_t)fault.vector, (int64_t)vector, file, line, "the vector");
	if (error_code != ANY_ERROR_CODE)
		check_equal((int64_t)fault.error_code, (int64_t)error_code, file, line,
			    "the error code");
}
