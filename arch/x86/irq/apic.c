/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The local interrupt controller of each CPU, in xAPIC (memory) or x2APIC
 * (MSR) mode: enabling, end of interrupt, interrupts to other CPUs. The timer
 * in it is time's. Intel SDM 3A chapter 11; AMD64 APM 2 chapter 16.
 */
#include "asm/apic.h"

#include "asm/cpu_features.h"
#include "asm/irq.h"
#include "asm/msr.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/heap.h"
#include "hv/params.h"
#include "hv/printk.h"

#define APIC_BASE_ENABLE (1UL << 11)
#define APIC_BASE_X2 (1UL << 10)
#define SPURIOUS_ENABLE 0x100
#define ICR_ASSERT 0x4000
#define ICR_PENDING 0x1000
#define ICR_NMI 0x400
#define ICR_SELF 0x40000
#define ICR_INIT 0x500
#define ICR_STARTUP 0x600
#define LVT_MASKED 0x10000
#define LVT_NMI 0x400
#define LVT_EXTINT 0x700
#define PIC_MASTER_DATA 0x21
#define PIC_SLAVE_DATA 0xa1

bool apic_is_x2;
static bool x2apic_is_allowed = true;
BOOLEAN_PARAMETER("x2apic", x2apic_is_allowed, "use x2APIC mode where the processor has it");

static char *apic_registers;

uint32_t apic_read(unsigned int reg)
{
	if (apic_is_x2)
		return (uint32_t)read_msr(MSR_X2APIC_FIRST + reg / 16);
	return *(volatile uint32_t *)(apic_registers + reg);
}

void apic_write(unsigned int reg, uint32_t value)
{
	if (apic_is_x2)
		write_msr(MSR_X2APIC_FIRST + reg / 16, value);
	else
		*(volatile uint32_t *)(apic_registers + reg) = value;
}

void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

uint32_t apic_id_of_cpu(unsigned int cpu)
{
	return acpi_information.processors[cpu].apic_id;
}

static void icr_wait(void)
{
	while (apic_read(APIC_ICR_LOW) & ICR_PENDING)
		cpu_relax();
}

static void icr_write(uint32_t apic_id, uint32_t command)
{
	uint64_t flags;

	if (apic_is_x2) {
		/* Stores before must be seen before the interrupt: WRMSR here doesn't order them. */
		memory_barrier();
		write_msr(MSR_X2APIC_FIRST + APIC_ICR_LOW / 16, (uint64_t)apic_id << 32 | command);
		return;
	}
	flags = interrupts_save_off();
	icr_wait();
	apic_write(APIC_ICR_HIGH, apic_id << 24);
	apic_write(APIC_ICR_LOW, command);
	interrupts_restore(flags);
}

void apic_send(unsigned int cpu, uint8_t vector)
{
	icr_write(apic_id_of_cpu(cpu), ICR_ASSERT | vector);
}

void apic_send_init(uint32_t apic_id)
{
	icr_write(apic_id, ICR_ASSERT | ICR_INIT);
	if (!apic_is_x2)
		icr_wait();
}

void apic_send_startup(uint32_t apic_id, uint8_t page)
{
	icr_write(apic_id, ICR_ASSERT | ICR_STARTUP | page);
	if (!apic_is_x2)
		icr_wait();
}

void apic_send_nmi(unsigned int cpu)
{
	icr_write(apic_id_of_cpu(cpu), ICR_ASSERT | ICR_NMI);
}

/* A shorthand leaves the upper half alone: an NMI may come between the writes of both. */
void apic_send_self(uint8_t vector)
{
	apic_write(APIC_ICR_LOW, ICR_SELF | ICR_ASSERT | vector);
}

void arch_send_event_check(unsigned int cpu)
{
	apic_send(cpu, VECTOR_EVENT_CHECK);
}

static void apic_mode_set(void)
{
	uint64_t base = read_msr(MSR_APIC_BASE) | APIC_BASE_ENABLE;

	write_msr(MSR_APIC_BASE, base);
	if (apic_is_x2)
		write_msr(MSR_APIC_BASE, base | APIC_BASE_X2);
}

/* Pins: INT0 of the boot CPU carries the 8259 while it is in use, which it isn't; INT1 is NMI. */
static void apic_pins_set(void)
{
	apic_write(APIC_LVT_LINT0, LVT_MASKED | LVT_EXTINT);
	apic_write(APIC_LVT_LINT1, LVT_NMI);
	apic_write(APIC_LVT_TIMER, LVT_MASKED);
	apic_write(APIC_LVT_ERROR, VECTOR_ERROR);
}

void apic_init_cpu(void)
{
	apic_mode_set();
	if (!apic_is_x2) {
		apic_write(APIC_DESTINATION_FORMAT, ~0U);
		apic_write(APIC_LOGICAL_DESTINATION, 0);
	}
	apic_write(APIC_TASK_PRIORITY, 0);
	apic_pins_set();
	apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
	apic_write(APIC_ERROR_STATUS, 0);
}

/* Wakes by reset and start-up messages still; nothing else gets in. */
void apic_leave_cpu(void)
{
	apic_write(APIC_LVT_TIMER, LVT_MASKED);
	apic_write(APIC_SPURIOUS, VECTOR_SPURIOUS);
}

bool apic_has_requests(void)
{
	uint32_t requests = 0;

	for (unsigned int word = 0; word < 8; word++)
		requests |= apic_read(APIC_REQUEST + word * 16);
	return requests;
}

static void interrupt_ignore(struct registers *r)
{
	(void)r;
}

static void interrupt_acknowledge(struct registers *r)
{
	(void)r;
	apic_eoi();
}

static void interrupt_error(struct registers *r)
{
	(void)r;
	apic_write(APIC_ERROR_STATUS, 0);
	printk(LOG_WARNING, "APIC error on CPU %u: status %x\n", cpu_this(),
	       apic_read(APIC_ERROR_STATUS));
	apic_eoi();
}

void apic_init_boot(void)
{
	bool is_x2_now;

	if (!cpu_has(FEATURE_APIC))
		panic("the processor has no local APIC");
	is_x2_now = (read_msr(MSR_APIC_BASE) & (APIC_BASE_X2 | APIC_BASE_ENABLE)) ==
		    (APIC_BASE_X2 | APIC_BASE_ENABLE);
	/* Firmware's choice of x2APIC can't be undone without a reset of the unit. */
	apic_is_x2 = cpu_has(FEATURE_X2APIC) && (x2apic_is_allowed || is_x2_now);
	if (!apic_is_x2) {
		paddr_t base = paddr_from(read_msr(MSR_APIC_BASE) & PTE_FRAME_MASK);

		apic_registers = ioremap(base, PAGE_SIZE);
		if (!apic_registers)
			panic("can't map the local APIC at %lx", base.a);
	}
	port_write8(PIC_MASTER_DATA, 0xff);
	port_write8(PIC_SLAVE_DATA, 0xff);
	interrupt_register(VECTOR_SPURIOUS, interrupt_ignore);
	interrupt_register(VECTOR_ERROR, interrupt_error);
	interrupt_register(VECTOR_EVENT_CHECK, interrupt_acknowledge);
	apic_init_cpu();
	printk(LOG_INFO, "local APIC in %s mode\n", apic_is_x2 ? "x2APIC" : "xAPIC");
}
