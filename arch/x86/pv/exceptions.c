/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the hypervisor makes of each exception: a guest's goes to the PV code
 * or back to the guest; our own is fixed up by the exception table or stops
 * the machine.
 */
#include "abi/arch_x86_64.h"
#include "asm/irq.h"
#include "asm/pv.h"
#include "asm/pv_mmu.h"
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/printk.h"
#include "hv/trace.h"

#define ERROR_CODE_EXTERNAL 1U
#define ERROR_CODE_IDT 2U
#define DR6_RESERVED 0xffff0ff0UL

static const char *const exception_names[0x20] = {
	[VECTOR_DE] = "divide error",
	[VECTOR_DB] = "debug",
	[VECTOR_NMI] = "NMI",
	[VECTOR_BP] = "breakpoint",
	[VECTOR_OF] = "overflow",
	[VECTOR_BR] = "bound range",
	[VECTOR_UD] = "invalid opcode",
	[VECTOR_NM] = "device not available",
	[VECTOR_DF] = "double fault",
	[VECTOR_TS] = "invalid TSS",
	[VECTOR_NP] = "segment not present",
	[VECTOR_SS] = "stack fault",
	[VECTOR_GP] = "general protection",
	[VECTOR_PF] = "page fault",
	[VECTOR_MF] = "x87 error",
	[VECTOR_AC] = "alignment check",
	[VECTOR_MC] = "machine check",
	[VECTOR_XM] = "SIMD error",
	[VECTOR_CP] = "control protection",
};

static const char *exception_name(uint32_t vector)
{
	const char *name = vector < ARRAY_SIZE(exception_names) ? exception_names[vector] : NULL;

	return name ? name : "unknown";
}

void registers_print(const struct registers *r)
{
	printk_raw("CPU %u  rip %04x:%016lx  rflags %016lx  error %08x\n", cpu_this(), r->cs,
		   r->rip, r->rflags, r->error_code);
	printk_raw("rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", r->rax, r->rbx, r->rcx,
		   r->rdx);
	printk_raw("rsi %016lx  rdi %016lx  rbp %016lx  rsp %04x:%016lx\n", r->rsi, r->rdi, r->rbp,
		   r->ss, r->rsp);
	printk_raw("r8  %016lx  r9  %016lx  r10 %016lx  r11 %016lx\n", r->r8, r->r9, r->r10,
		   r->r11);
	printk_raw("r12 %016lx  r13 %016lx  r14 %016lx  r15 %016lx\n", r->r12, r->r13, r->r14,
		   r->r15);
	printk_raw("cr0 %016lx  cr2 %016lx  cr3 %016lx  cr4 %016lx\n", read_cr0(), read_cr2(),
		   read_cr3(), read_cr4());
}

noreturn_function void exception_panic(struct registers *r)
{
	console_force_unlock();
	registers_print(r);
	printk_raw("at ");
	arch_print_symbol(r->rip);
	printk_raw("\n");
	panic("exception in the hypervisor: vector %u (%s), error code %x, cr2 %lx",
	      r->entry_vector, exception_name(r->entry_vector), r->error_code, read_cr2());
}

/* From the assembly: an exception while the hypervisor itself ran. */
void exception_handle_hypervisor(struct registers *r)
{
	if (!exception_fixup(r))
		exception_panic(r);
}

/* From the assembly: NMI, #DF and #MC, on their own stacks. */
void exception_handle_own_stack(struct registers *r)
{
	if (r->entry_vector != VECTOR_NMI)
		exception_panic(r);
	nmi_handle(r);
}

static void guest_fault(struct registers *r)
{
	pv_deliver_exception(r->entry_vector, r->error_code);
}

static void guest_page_fault(struct registers *r, uint64_t address)
{
	if (!pv_mmu_handle_page_fault(r, &address))
		pv_deliver_page_fault(address, r->error_code);
}

static void guest_general_protection(struct registers *r)
{
	if ((r->error_code & (ERROR_CODE_IDT | ERROR_CODE_EXTERNAL)) == ERROR_CODE_IDT &&
	    pv_software_interrupt(r, (uint8_t)(r->error_code >> 3), true))
		return;
	if (!r->error_code && pv_emulate_privileged(r))
		return;
	guest_fault(r);
}

static void guest_invalid_opcode(struct registers *r)
{
	if (!pv_emulate_invalid_opcode(r))
		guest_fault(r);
}

static void guest_device_not_available(struct registers *r)
{
	(void)r;
	pv_fpu_handle_not_available(current_vcpu());
}

static void guest_debug(struct registers *r)
{
	struct vcpu *v = current_vcpu();
	uint64_t dr6;

	__asm__ volatile("mov %%dr6, %0" : "=r"(dr6));
	__asm__ volatile("mov %0, %%dr6" : : "r"(DR6_RESERVED));
	v->arch.pv.debugreg[6] = dr6;
	guest_fault(r);
}

void (*exception_guest_handler)(struct registers *r) = exception_handle_guest;

/* While tracing is on the entry code comes by here first. */
static void exception_trace_guest(struct registers *r)
{
	uint32_t error_code = (uint32_t)r->error_code;

	if (r->entry_vector == VECTOR_PF)
		TRACE(TRC_PV_PAGE_FAULT | TRC_64_FLAG, TRACE_64(r->rip), TRACE_64(read_cr2()),
		      error_code);
	else
		TRACE(TRC_PV_TRAP | TRC_64_FLAG, TRACE_64(r->rip),
		      r->entry_vector | error_code << 16);
	exception_handle_guest(r);
}

void arch_trace_exceptions(bool on)
{
	WRITE_ONCE(exception_guest_handler, on ? exception_trace_guest : exception_handle_guest);
}

/* From the assembly: an exception or INT 0x80 of the running guest. Interrupts off; returns with them on. */
void exception_handle_guest(struct registers *r)
{
	static void (*const handlers[0x20])(struct registers * r) = {
		[VECTOR_DB] = guest_debug,
		[VECTOR_UD] = guest_invalid_opcode,
		[VECTOR_NM] = guest_device_not_available,
		[VECTOR_GP] = guest_general_protection,
	};
	uint32_t vector = r->entry_vector;

	if (likely(vector == VECTOR_PF)) {
		uint64_t address = read_cr2();

		interrupts_on();
		guest_page_fault(r, address);
		return;
	}
	interrupts_on();
	if (vector == VECTOR_LEGACY_SYSCALL) {
		if (!pv_software_interrupt(r, VECTOR_LEGACY_SYSCALL, false))
			pv_inject_exception(VECTOR_GP, VECTOR_LEGACY_SYSCALL << 3 | ERROR_CODE_IDT);
		return;
	}
	if (handlers[vector])
		handlers[vector](r);
	else
		guest_fault(r);
}
