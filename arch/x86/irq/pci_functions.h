/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PCI functions that the hardware domain told of; private to irq/. No locks. */
#ifndef IRQ_PCI_FUNCTIONS_H
#define IRQ_PCI_FUNCTIONS_H

#include "hv/pci.h"
#include "hv/types.h"

/* One that is known is told again without effect. -ENODEV: a segment out of reach. */
int must_check pci_functions_add(struct pci_address address);
/* -ENODEV: it isn't known. */
int must_check pci_functions_remove(struct pci_address address);
/* Its MSI-X table won't (prepares) or may again be moved: -ENODEV, -EBUSY (it is so already). */
int must_check pci_functions_prepare_msix(struct pci_address address, bool prepares);

#endif
