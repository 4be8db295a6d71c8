/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Vectors of this processor family and the local interrupt controller.
 * 0x00-0x1f exceptions; 0x20-0xdf devices (per-CPU allocation, priority by
 * class); 0x80 and 0x82 stay free for guests' software interrupts;
 * 0xf0-0xff the hypervisor's own.
 */
#ifndef ASM_IRQ_H
#define ASM_IRQ_H

#include "asm/registers.h"
#include "hv/types.h"

#define VECTOR_DE 0
#define VECTOR_DB 1
#define VECTOR_NMI 2
#define VECTOR_BP 3
#define VECTOR_OF 4
#define VECTOR_BR 5
#define VECTOR_UD 6
#define VECTOR_NM 7
#define VECTOR_DF 8
#define VECTOR_TS 10
#define VECTOR_NP 11
#define VECTOR_SS 12
#define VECTOR_GP 13
#define VECTOR_PF 14
#define VECTOR_MF 16
#define VECTOR_AC 17
#define VECTOR_MC 18
#define VECTOR_XM 19
#define VECTOR_CP 21
#define VECTOR_FIRST_DEVICE 0x20
#define VECTOR_LAST_DEVICE 0xdf
#define VECTOR_LEGACY_SYSCALL 0x80
#define VECTOR_SPURIOUS 0xff
#define VECTOR_ERROR 0xfe
#define VECTOR_TLB_FLUSH 0xfd
#define VECTOR_EVENT_CHECK 0xfc
#define VECTOR_TIMER 0xfa
#define VECTOR_PERFORMANCE 0xf9

/* C entry points called by the assembly stubs (pv/entry.S); interrupts off. */
void exception_handle_guest(struct registers *r);
/* That, or the same behind a trace record. */
extern void (*exception_guest_handler)(struct registers *r);
void exception_handle_hypervisor(struct registers *r);
void exception_handle_own_stack(struct registers *r);
void interrupt_handle(struct registers *r); /* vectors >= 0x20; returns with interrupts off */
void nmi_handle(struct registers *r); /* on the NMI stack: watchdog, stop requests; else reported */

/* pv/entry.S: 256 stubs of 16 bytes. */
extern const char entry_stubs[];

/* Who serves one of the hypervisor's own vectors (0xf0-0xff): interrupts off, says apic_eoi() itself. */
void interrupt_register(uint8_t vector, void (*handler)(struct registers *r));

/* The exception side: faults in the hypervisor itself go to the exception table, else panic. */
bool exception_fixup(struct registers *r);
noreturn_function void exception_panic(struct registers *r);
void registers_print(const struct registers *r);

/* IDT: built once, loaded on each CPU after its GDT (asm/descriptors.h). */
void idt_init(void);
void idt_load_cpu(void);

void apic_init_boot(void);
void apic_init_cpu(void);
/* This CPU goes off: its unit takes no more interrupts until apic_init_cpu(). */
void apic_leave_cpu(void);
/* Interrupts that this CPU has still to take. */
bool apic_has_requests(void);
/* Device interrupts leave a CPU: -ENOSPC, no vectors on others, then none is refused there; and may go there again. */
int must_check irqs_evacuate_cpu(unsigned int cpu);
void irqs_admit_cpu(unsigned int cpu);
void apic_eoi(void);
void apic_send(unsigned int cpu, uint8_t vector);
void apic_send_init(uint32_t apic_id);
void apic_send_startup(uint32_t apic_id, uint8_t page);
void apic_send_nmi(unsigned int cpu);
/* In an NMI too. */
void apic_send_self(uint8_t vector);
uint32_t apic_id_of_cpu(unsigned int cpu);
extern bool apic_is_x2;

void nmi_init(void);
void ioapic_init(void);
void irq_init(void);
void time_init_boot(void);
void time_init_cpu(void);

#endif
