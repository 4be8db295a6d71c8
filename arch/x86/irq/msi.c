/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Message-signalled interrupts: the hypervisor writes address and data, the
 * guest's driver only enables the capability. PCI 3.0, 6.8; message format:
 * Intel SDM 3A 11.11.
 */
#include "irq_desc.h"

#include "asm/cpu_features.h"
#include "asm/irq.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/page.h"

#define CAPABILITY_MSI 0x05
#define CAPABILITY_MSIX 0x11
#define MSI_CONTROL 2
#define MSI_CONTROL_ENABLE 1
#define MSI_CONTROL_MULTIPLE 0x70 /* log2 of the messages in use */
#define MSI_CONTROL_64BIT 0x80
#define MSI_CONTROL_MASKABLE 0x100
#define MSIX_CONTROL 2
#define MSIX_CONTROL_ENABLE 0x8000
#define MSIX_CONTROL_MASK_ALL 0x4000
#define MSIX_TABLE 4
#define MSIX_ENTRY_BYTES 16
#define MSIX_MASK_WORD 3
#define REG_BAR0 0x10
#define BAR_IS_IO 1
#define BAR_IS_64BIT 4
#define MESSAGE_ADDRESS 0xfee00000U

static uint32_t message_address(const struct irq_desc *desc)
{
	return MESSAGE_ADDRESS | apic_id_of_cpu(desc->cpu) << 12;
}

static unsigned int mask_register(const struct irq_desc *desc)
{
	return desc->message.capability + (desc->message.is_64bit ? 0x10U : 0x0cU);
}

/* Without a mask bit the event channel's mask is all there is: messages are edges, none is lost. */
static void msi_set_mask(struct irq_desc *desc, uint32_t masked)
{
	if (desc->message.is_maskable)
		pci_write(desc->message.address, mask_register(desc), 4, masked);
}

static void msi_mask(struct irq_desc *desc)
{
	msi_set_mask(desc, 1);
}

static void msi_unmask(struct irq_desc *desc)
{
	msi_set_mask(desc, 0);
}

static void msi_retarget(struct irq_desc *desc)
{
	unsigned int reg = desc->message.capability + 4U;
	struct pci_address address = desc->message.address;

	msi_set_mask(desc, 1);
	pci_write(address, reg, 4, message_address(desc));
	reg += 4;
	if (desc->message.is_64bit) {
		pci_write(address, reg, 4, 0);
		reg += 4;
	}
	pci_write(address, reg, 2, desc->vector);
	if (!desc->is_masked)
		msi_set_mask(desc, 0);
}

static void msix_mask(struct irq_desc *desc)
{
	desc->message.entry[MSIX_MASK_WORD] = 1;
}

static void msix_unmask(struct irq_desc *desc)
{
	desc->message.entry[MSIX_MASK_WORD] = 0;
}

static void msix_retarget(struct irq_desc *desc)
{
	volatile uint32_t *entry = desc->message.entry;

	entry[MSIX_MASK_WORD] = 1;
	entry[0] = message_address(desc);
	entry[1] = 0;
	entry[2] = desc->vector;
	entry[MSIX_MASK_WORD] = desc->is_masked;
}

/* Kernels of this ABI leave the enable bits to the hypervisor as well when they restore a function. */
void msi_restore(struct irq_desc *desc)
{
	struct pci_address address = desc->message.address;
	bool is_msix = desc->message.mapping;
	unsigned int capability = pci_find_capability(address,
						      is_msix ? CAPABILITY_MSIX : CAPABILITY_MSI);
	uint32_t control;

	if (!capability)
		return;
	desc->controller->retarget(desc);
	control = pci_read(address, capability + MSI_CONTROL, 2);
	if (is_msix)
		control = (control & ~MSIX_CONTROL_MASK_ALL) | MSIX_CONTROL_ENABLE;
	else
		control = (control & ~MSI_CONTROL_MULTIPLE) | MSI_CONTROL_ENABLE;
	pci_write(address, capability + MSI_CONTROL, 2, control);
}

static const struct irq_controller msi_controller = {
	.name = "MSI",
	.mask = msi_mask,
	.unmask = msi_unmask,
	.retarget = msi_retarget,
};

static const struct irq_controller msix_controller = {
	.name = "MSI-X",
	.mask = msix_mask,
	.unmask = msix_unmask,
	.retarget = msix_retarget,
};

static uint64_t bar_address(struct pci_address address, unsigned int bar)
{
	unsigned int reg = REG_BAR0 + 4 * bar;
	uint32_t low = pci_read(address, reg, 4);
	uint64_t base = low & ~0xfU;

	if (bar > 5 || (low & BAR_IS_IO))
		return 0;
	if (low & BAR_IS_64BIT)
		base |= (uint64_t)pci_read(address, reg + 4, 4) << 32;
	return base;
}

/* Where a function's table lies is what its configuration says, which its drivers write: never over memory. */
static bool address_is_ram(uint64_t address)
{
	mfn_t mfn = paddr_to_mfn(paddr_from(address));

	return mfn_is_valid(mfn) && !(mfn_to_page(mfn)->count_info & PAGE_RESERVED);
}

static int msix_connect(struct irq_desc *desc, unsigned int capability, uint32_t entry)
{
	struct pci_address address = desc->message.address;
	uint32_t nr_entries = (pci_read(address, capability + MSIX_CONTROL, 2) & 0x7ff) + 1;
	uint32_t table = pci_read(address, capability + MSIX_TABLE, 4);
	uint64_t base = bar_address(address, table & 7);

	if (entry >= nr_entries || !base)
		return -EINVAL;
	base += (table & ~7U) + entry * MSIX_ENTRY_BYTES;
	if (address_is_ram(base) || base >> cpu_host.physical_bits)
		return -EINVAL;
	desc->message.mapping = ioremap(paddr_from(base), MSIX_ENTRY_BYTES);
	if (!desc->message.mapping)
		return -ENOMEM;
	desc->message.entry = desc->message.mapping;
	desc->message.capability = 0;
	desc->controller = &msix_controller;
	return 0;
}

int msi_connect(struct irq_desc *desc, struct pci_address address, bool is_msix, uint32_t entry)
{
	unsigned int capability = pci_find_capability(address,
						      is_msix ? CAPABILITY_MSIX : CAPABILITY_MSI);
	uint32_t control;

	if (!capability)
		return -ENODEV;
	desc->is_level = desc->is_active_low = false;
	desc->is_masked = true;
	desc->message.address = address;
	desc->message.mapping = NULL;
	if (is_msix)
		return msix_connect(desc, capability, entry);
	control = pci_read(address, capability + MSI_CONTROL, 2);
	desc->message.capability = (uint16_t)capability;
	desc->message.is_64bit = control & MSI_CONTROL_64BIT;
	desc->message.is_maskable = control & MSI_CONTROL_MASKABLE;
	desc->controller = &msi_controller;
	return 0;
}

void msi_disconnect(struct irq_desc *desc)
{
	if (desc->message.mapping)
		iounmap(desc->message.mapping);
	desc->message.mapping = NULL;
}
