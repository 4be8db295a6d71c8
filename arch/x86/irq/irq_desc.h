/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupt descriptors, private to irq/. An IRQ number below the number of
 * GSIs is an IOAPIC pin (numbers below 16: ISA interrupts, through the
 * firmware's overrides); above, a message-signalled one made on request.
 * A descriptor's target is a vector on one CPU; while it moves, the old pair
 * stays valid until the first interrupt arrives by the new one.
 */
#ifndef IRQ_IRQ_DESC_H
#define IRQ_IRQ_DESC_H

#include "asm/registers.h"
#include "hv/domain.h"
#include "hv/irq.h"
#include "hv/lock.h"
#include "hv/pci.h"
#include "hv/types.h"

/* The highest CPU that a line or message can name; 255 is all. */
#define XAPIC_ID_MAX 254

enum irq_use { IRQ_FREE, IRQ_HYPERVISOR, IRQ_GUEST };

struct irq_desc;

/* What differs between controllers. All under the descriptor's lock. */
struct irq_controller {
	const char *name;
	void (*mask)(struct irq_desc *desc);
	void (*unmask)(struct irq_desc *desc);
	/* Points the source at desc->cpu and desc->vector; keeps its mask. */
	void (*retarget)(struct irq_desc *desc);
};

struct irq_desc {
	struct spinlock lock; /* class irq_desc; protects all below */
	uint32_t irq;
	uint8_t use; /* enum irq_use */
	bool is_level, is_active_low, is_masked, needs_eoi, is_set_up;
	uint8_t vector;	    /* 0: no target */
	uint8_t old_vector; /* 0: not moving */
	uint16_t cpu, old_cpu;
	const struct irq_controller *controller; /* NULL: the number has no source */
	union {
		struct {
			uint16_t ioapic, pin;
		} line;
		struct {
			struct pci_address address;
			uint16_t capability; /* register of the MSI capability; 0: MSI-X */
			bool is_64bit, is_maskable;
			volatile uint32_t *entry; /* MSI-X table entry, mapped */
			void *mapping;
		} message;
	};
	void (*handler)(unsigned int irq, void *data);
	void *data;
	const char *name;
	struct domain *d; /* IRQ_GUEST */
	uint32_t pirq;
	uint64_t nr_received;
};

extern uint32_t irq_nr_gsis, irq_nr; /* numbers below are valid */

/* NULL: out of range. */
struct irq_desc *irq_desc_find(uint32_t irq);
/* A number for a message-signalled interrupt: -ENOSPC. */
int must_check irq_desc_alloc_message(uint32_t *irq);
void irq_desc_free_message(struct irq_desc *desc);

/* Target: allocates a vector on the CPU (or, when full, any) and points the source at it; -ENOSPC. Lock held. */
int must_check irq_target_set(struct irq_desc *desc, unsigned int cpu);
void irq_target_clear(struct irq_desc *desc);
void irq_mask(struct irq_desc *desc);
void irq_unmask(struct irq_desc *desc);

/* ioapic.c: -EINVAL when no controller has that GSI. */
int must_check ioapic_connect(struct irq_desc *desc, uint32_t gsi);
int must_check ioapic_register_read(uint64_t base, uint32_t reg, uint32_t *value);

/* The line of a GSI as an NMI to every CPU; -EINVAL. */
int must_check ioapic_route_nmi(uint32_t gsi, bool is_masked);

/* msi.c: finds the function's capability; -ENODEV. table entry: MSI-X; or 0 with is_msix false. */
int must_check msi_connect(struct irq_desc *desc, struct pci_address address, bool is_msix,
			   uint32_t entry);
void msi_disconnect(struct irq_desc *desc);
/* Writes message and enable bit again after the function lost them. Lock held, with a target. */
void msi_restore(struct irq_desc *desc);

#endif
