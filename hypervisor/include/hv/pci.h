/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PCI configuration space through the address and data ports, of segment 0.
 * The ports are one shared latch: every cycle is made under one lock, those of
 * guests included, whose address writes only reach a latch of their own.
 * PCI Local Bus Specification 3.0, 3.2.2.3.2.
 */
#ifndef HV_PCI_H
#define HV_PCI_H

#include "hv/types.h"

struct pci_address {
	uint16_t segment;
	uint8_t bus, device, function;
};

/* bytes 1, 2 or 4, reg aligned to it and below 256 (segment 0). All ones when nothing answers. Any context. */
uint32_t pci_read(struct pci_address address, unsigned int reg, unsigned int bytes);
void pci_write(struct pci_address address, unsigned int reg, unsigned int bytes, uint32_t value);

/* A guest's access to the data ports at offset 0-3 with its own address latch. */
uint32_t pci_ports_read(uint32_t latch, unsigned int offset, unsigned int bytes);
void pci_ports_write(uint32_t latch, unsigned int offset, unsigned int bytes, uint32_t value);

/* Register of a capability, 0 when the function has none of that id. */
unsigned int pci_find_capability(struct pci_address address, uint8_t id);

#endif
