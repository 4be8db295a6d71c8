/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mapping of physical interrupts to a domain's numbers; private to irq/, served to guests by physdev.c. */
#ifndef IRQ_PIRQ_H
#define IRQ_PIRQ_H

#include "hv/domain.h"
#include "hv/pci.h"

struct pirq_message {
	struct pci_address address;
	bool is_msix;
	uint32_t entry;
};

/* wanted < 0: any. -EINVAL, -EPERM. */
int must_check pirq_map_line(struct domain *d, uint32_t gsi, int32_t wanted, uint32_t *pirq);
/* -ENODEV, -EINVAL, -ENOSPC, -ENOMEM. */
int must_check pirq_map_message(struct domain *d, const struct pirq_message *message,
				uint32_t *pirq);
/* Programs the mapped messages of a function again; -ENODEV when it has none. */
int must_check pirq_restore_messages(struct domain *d, struct pci_address address);
int must_check pirq_unmap(struct domain *d, uint32_t pirq);
bool pirq_is_mapped(const struct domain *d, uint32_t pirq);
/* Trigger and polarity as the hardware domain's tables say; no effect on a line in use. -EINVAL. */
int must_check pirq_set_up_line(uint32_t gsi, bool is_level, bool is_active_low);
/* True for lines whose interrupts must be acknowledged by PHYSDEVOP_eoi. */
bool pirq_needs_eoi(const struct domain *d, uint32_t pirq);
/* The guest's shared bitmap, when it registered one. */
void pirq_mark_eoi(struct domain *d, uint32_t pirq, bool needs_eoi);

#endif
