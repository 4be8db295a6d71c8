/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PCI configuration cycles through ports 0xcf8 and 0xcfc. */
#include "hv/pci.h"

#include "asm/processor.h"
#include "hv/lock.h"

#define PORT_ADDRESS 0xcf8
#define PORT_DATA 0xcfc
#define ADDRESS_ENABLE (1U << 31)
#define REG_STATUS 0x06
#define REG_CAPABILITIES 0x34
#define STATUS_HAS_CAPABILITIES 0x10
#define NR_CAPABILITIES_MAX 48

static struct spinlock pci_lock = SPINLOCK_INIT(LOCK_pci_config);

uint32_t pci_ports_read(uint32_t latch, unsigned int offset, unsigned int bytes)
{
	uint64_t flags = spin_lock_irqsave(&pci_lock);
	uint16_t port = (uint16_t)(PORT_DATA + offset);
	uint32_t value;

	port_write32(PORT_ADDRESS, latch);
	if (bytes == 1)
		value = port_read8(port);
	else if (bytes == 2)
		value = port_read16(port);
	else
		value = port_read32(port);
	spin_unlock_irqrestore(&pci_lock, flags);
	return value;
}

void pci_ports_write(uint32_t latch, unsigned int offset, unsigned int bytes, uint32_t value)
{
	uint64_t flags = spin_lock_irqsave(&pci_lock);
	uint16_t port = (uint16_t)(PORT_DATA + offset);

	port_write32(PORT_ADDRESS, latch);
	if (bytes == 1)
		port_write8(port, (uint8_t)value);
	else if (bytes == 2)
		port_write16(port, (uint16_t)value);
	else
		port_write32(port, value);
	spin_unlock_irqrestore(&pci_lock, flags);
}

static uint32_t latch_of(struct pci_address address, unsigned int reg)
{
	return ADDRESS_ENABLE | (uint32_t)address.bus << 16 | (uint32_t)address.device << 11 |
	       (uint32_t)address.function << 8 | (reg & 0xfc);
}

uint32_t pci_read(struct pci_address address, unsigned int reg, unsigned int bytes)
{
	if (address.segment || reg > 0xff)
		return ~0U;
	return pci_ports_read(latch_of(address, reg), reg & 3, bytes);
}

void pci_write(struct pci_address address, unsigned int reg, unsigned int bytes, uint32_t value)
{
	if (!address.segment && reg <= 0xff)
		pci_ports_write(latch_of(address, reg), reg & 3, bytes, value);
}

unsigned int pci_find_capability(struct pci_address address, uint8_t id)
{
	unsigned int reg;

	if (!(pci_read(address, REG_STATUS, 2) & STATUS_HAS_CAPABILITIES))
		return 0;
	reg = pci_read(address, REG_CAPABILITIES, 1) & 0xfc;
	for (unsigned int i = 0; reg && i < NR_CAPABILITIES_MAX; i++) {
		uint32_t header = pci_read(address, reg, 2);

		if ((header & 0xff) == id)
			return reg;
		reg = header >> 8 & 0xfc;
	}
	return 0;
}
