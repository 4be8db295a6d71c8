/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PCI functions that the hardware domain told of, and whose MSI-X tables
 * it keeps where they are. Segment 0 only: configuration space is read by
 * ports.
 */
#include "hv/bitmap.h"
#include "hv/errno.h"
#include "pci_functions.h"

#define NR_FUNCTIONS 65536
#define CAPABILITY_MSIX 0x11

static unsigned long known[NR_FUNCTIONS / 64], prepared[NR_FUNCTIONS / 64];

static uint64_t mask_of(struct pci_address address, unsigned int *word)
{
	unsigned int index = (unsigned int)address.bus << 8 | (unsigned int)address.device << 3 |
			     address.function;

	*word = index / 64;
	return 1UL << index % 64;
}

int pci_functions_add(struct pci_address address)
{
	unsigned int word;
	uint64_t mask = mask_of(address, &word);

	if (address.segment)
		return -ENODEV;
	__atomic_fetch_or(&known[word], mask, __ATOMIC_RELAXED);
	return 0;
}

int pci_functions_remove(struct pci_address address)
{
	unsigned int word;
	uint64_t mask = mask_of(address, &word);

	if (address.segment || !(__atomic_fetch_and(&known[word], ~mask, __ATOMIC_RELAXED) & mask))
		return -ENODEV;
	__atomic_fetch_and(&prepared[word], ~mask, __ATOMIC_RELAXED);
	return 0;
}

int pci_functions_prepare_msix(struct pci_address address, bool prepares)
{
	unsigned int word;
	uint64_t mask = mask_of(address, &word), before;

	if (address.segment || !(__atomic_load_n(&known[word], __ATOMIC_RELAXED) & mask) ||
	    !pci_find_capability(address, CAPABILITY_MSIX))
		return -ENODEV;
	before = prepares ? __atomic_fetch_or(&prepared[word], mask, __ATOMIC_RELAXED)
			  : __atomic_fetch_and(&prepared[word], ~mask, __ATOMIC_RELAXED);
	return !(before & mask) == prepares ? 0 : -EBUSY;
}
