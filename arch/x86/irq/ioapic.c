/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IOAPICs: one redirection entry a line (Intel 82093AA datasheet; registers by select and window). */
#include "irq_desc.h"

#include "asm/irq.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"

#define REG_SELECT 0x00
#define REG_WINDOW 0x10
#define IOAPIC_VERSION 0x01
#define IOAPIC_ENTRY(pin) (0x10 + 2U * (pin))
#define ENTRY_MASKED (1U << 16)
#define ENTRY_LEVEL (1U << 15)
#define ENTRY_ACTIVE_LOW (1U << 13)
#define ENTRY_NMI (4U << 8)
#define BROADCAST_ID 255

static struct ioapic {
	volatile char *registers;
	uint32_t gsi_base, nr_pins;
	paddr_t address;
} ioapics[ACPI_MAX_IOAPICS];

static uint32_t nr_ioapics;
static struct spinlock ioapic_lock = SPINLOCK_INIT(LOCK_ioapic);

static uint32_t ioapic_read(const struct ioapic *io, uint32_t reg)
{
	*(volatile uint32_t *)(io->registers + REG_SELECT) = reg;
	return *(volatile uint32_t *)(io->registers + REG_WINDOW);
}

static void ioapic_write(const struct ioapic *io, uint32_t reg, uint32_t value)
{
	*(volatile uint32_t *)(io->registers + REG_SELECT) = reg;
	*(volatile uint32_t *)(io->registers + REG_WINDOW) = value;
}

static uint32_t entry_low(const struct irq_desc *desc, bool is_masked)
{
	return desc->vector | (desc->is_level ? ENTRY_LEVEL : 0) |
	       (desc->is_active_low ? ENTRY_ACTIVE_LOW : 0) | (is_masked ? ENTRY_MASKED : 0);
}

static void entry_write_low(const struct irq_desc *desc, bool is_masked)
{
	uint64_t flags = spin_lock_irqsave(&ioapic_lock);

	ioapic_write(&ioapics[desc->line.ioapic], IOAPIC_ENTRY(desc->line.pin),
		     entry_low(desc, is_masked));
	spin_unlock_irqrestore(&ioapic_lock, flags);
}

static void line_mask(struct irq_desc *desc)
{
	entry_write_low(desc, true);
}

static void line_unmask(struct irq_desc *desc)
{
	entry_write_low(desc, false);
}

static void line_retarget(struct irq_desc *desc)
{
	const struct ioapic *io = &ioapics[desc->line.ioapic];
	uint32_t id = apic_id_of_cpu(desc->cpu);
	uint64_t flags = spin_lock_irqsave(&ioapic_lock);

	/* Masked while destination and vector don't belong together. */
	ioapic_write(io, IOAPIC_ENTRY(desc->line.pin), entry_low(desc, true));
	ioapic_write(io, IOAPIC_ENTRY(desc->line.pin) + 1, MIN(id, XAPIC_ID_MAX) << 24);
	if (!desc->is_masked)
		ioapic_write(io, IOAPIC_ENTRY(desc->line.pin), entry_low(desc, false));
	spin_unlock_irqrestore(&ioapic_lock, flags);
}

static const struct irq_controller ioapic_controller = {
	.name = "IOAPIC",
	.mask = line_mask,
	.unmask = line_unmask,
	.retarget = line_retarget,
};

int ioapic_connect(struct irq_desc *desc, uint32_t gsi)
{
	for (uint32_t i = 0; i < nr_ioapics; i++)
		if (gsi - ioapics[i].gsi_base < ioapics[i].nr_pins) {
			desc->line.ioapic = (uint16_t)i;
			desc->line.pin = (uint16_t)(gsi - ioapics[i].gsi_base);
			desc->controller = &ioapic_controller;
			return 0;
		}
	return -EINVAL;
}

int ioapic_register_read(uint64_t base, uint32_t reg, uint32_t *value)
{
	for (uint32_t i = 0; i < nr_ioapics; i++)
		if (ioapics[i].address.a == base) {
			uint64_t flags = spin_lock_irqsave(&ioapic_lock);

			*value = ioapic_read(&ioapics[i], reg);
			spin_unlock_irqrestore(&ioapic_lock, flags);
			return 0;
		}
	return -ENODEV;
}

int ioapic_route_nmi(uint32_t gsi, bool is_masked)
{
	for (uint32_t i = 0; i < nr_ioapics; i++)
		if (gsi - ioapics[i].gsi_base < ioapics[i].nr_pins) {
			uint32_t reg = IOAPIC_ENTRY(gsi - ioapics[i].gsi_base);
			uint64_t flags = spin_lock_irqsave(&ioapic_lock);

			ioapic_write(&ioapics[i], reg + 1, (uint32_t)BROADCAST_ID << 24);
			ioapic_write(&ioapics[i], reg, ENTRY_NMI | (is_masked ? ENTRY_MASKED : 0));
			spin_unlock_irqrestore(&ioapic_lock, flags);
			return 0;
		}
	return -EINVAL;
}

static void ioapic_open(struct ioapic *io, const struct acpi_ioapic *from)
{
	io->registers = ioremap(from->address, PAGE_SIZE);
	if (!io->registers)
		panic("can't map the IOAPIC at %lx", from->address.a);
	io->address = from->address;
	io->gsi_base = from->gsi_base;
	io->nr_pins = (ioapic_read(io, IOAPIC_VERSION) >> 16 & 0xff) + 1;
	for (uint32_t pin = 0; pin < io->nr_pins; pin++)
		ioapic_write(io, IOAPIC_ENTRY(pin), ENTRY_MASKED);
	irq_nr_gsis = MAX(irq_nr_gsis, io->gsi_base + io->nr_pins);
}

void ioapic_init(void)
{
	irq_nr_gsis = ACPI_ISA_IRQS;
	nr_ioapics = acpi_information.nr_ioapics;
	for (uint32_t i = 0; i < nr_ioapics; i++)
		ioapic_open(&ioapics[i], &acpi_information.ioapics[i]);
	if (!nr_ioapics)
		printk(LOG_WARNING, "no IOAPIC: only message-signalled interrupts will arrive");
}
