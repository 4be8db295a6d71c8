/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A domain's physical interrupts: numbers (pirqs) that it maps to IRQs, binds
 * to event channels, and acknowledges. Numbers of the hardware domain equal
 * IRQ numbers; the table is read without a lock and changed under `lock`.
 */
#include "hv/irq.h"

#include "asm/irq.h"
#include "hv/arch.h"
#include "hv/bitmap.h"
#include "hv/errno.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/rangeset.h"
#include "irq_desc.h"
#include "pirq.h"

struct pirq_domain {
	struct spinlock lock; /* class pirq: mapping and unmapping */
	uint32_t nr_pirqs;
	uint32_t irq_of[]; /* IRQ number + 1; 0: not mapped [a] */
};

static int pirq_init_domain(struct domain *d, const struct domain_create_arguments *arguments)
{
	uint32_t nr = arguments->is_hardware ? irq_nr : 0;

	if (arguments->is_idle)
		return 0;
	d->pirq = object_alloc(sizeof(*d->pirq) + nr * sizeof(d->pirq->irq_of[0]));
	if (!d->pirq)
		return -ENOMEM;
	spinlock_init(&d->pirq->lock, LOCK_pirq);
	d->pirq->nr_pirqs = nr;
	return 0;
}

static void pirq_fini_domain(struct domain *d)
{
	for (uint32_t pirq = 0; pirq < pirq_nr(d); pirq++)
		if (pirq_is_mapped(d, pirq) && pirq_unmap(d, pirq))
			BUG_ON(true);
	object_free(d->pirq);
	d->pirq = NULL;
}

/* The page that says which pirqs want an EOI keeps the domain's memory no longer than its vcpus run. */
static int pirq_relinquish(struct domain *d)
{
	if (__atomic_exchange_n(&d->arch.pirq_eoi_map, NULL, __ATOMIC_ACQ_REL))
		page_put_and_type(mfn_to_page(d->arch.pirq_eoi_map_mfn));
	return 0;
}

static const struct domain_module pirq_module = {
	.name = "pirq",
	.init_domain = pirq_init_domain,
	.relinquish = pirq_relinquish,
	.fini_domain = pirq_fini_domain,
};
DOMAIN_MODULE(20, pirq_module);

uint32_t pirq_nr(const struct domain *d)
{
	return d->pirq ? d->pirq->nr_pirqs : 0;
}

static struct irq_desc *pirq_find_desc(const struct domain *d, uint32_t pirq)
{
	uint32_t number;

	if (pirq >= pirq_nr(d))
		return NULL;
	number = __atomic_load_n(&d->pirq->irq_of[pirq], __ATOMIC_ACQUIRE);
	return number ? irq_desc_find(number - 1) : NULL;
}

bool pirq_is_mapped(const struct domain *d, uint32_t pirq)
{
	return pirq_find_desc(d, pirq);
}

void pirq_mark_eoi(struct domain *d, uint32_t pirq, bool needs_eoi)
{
	unsigned long *map = (unsigned long *)__atomic_load_n(&d->arch.pirq_eoi_map,
							      __ATOMIC_ACQUIRE);

	if (!map || pirq >= PAGE_SIZE * 8)
		return;
	if (needs_eoi)
		__atomic_fetch_or(&map[pirq / 64], 1UL << pirq % 64, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&map[pirq / 64], ~(1UL << pirq % 64), __ATOMIC_RELAXED);
}

bool pirq_needs_eoi(const struct domain *d, uint32_t pirq)
{
	const struct irq_desc *desc = pirq_find_desc(d, pirq);

	return desc && desc->is_level;
}

int pirq_bind(struct vcpu *v, uint32_t pirq, bool will_share)
{
	struct irq_desc *desc = pirq_find_desc(v->domain, pirq);
	uint64_t flags;
	int error = 0;

	(void)will_share;
	if (!desc || !desc->controller)
		return -EINVAL;
	flags = spin_lock_irqsave(&desc->lock);
	/* Who unmaps it takes it out of the table first, then waits for this lock. */
	if (pirq_find_desc(v->domain, pirq) != desc)
		error = -EINVAL;
	else if (desc->use != IRQ_FREE)
		error = -EBUSY;
	if (!error)
		error = irq_target_set(desc, v->processor);
	if (!error) {
		desc->use = IRQ_GUEST;
		desc->d = v->domain;
		desc->pirq = pirq;
		desc->needs_eoi = false;
		pirq_mark_eoi(v->domain, pirq, desc->is_level);
		irq_unmask(desc);
	}
	spin_unlock_irqrestore(&desc->lock, flags);
	return error;
}

static void desc_unbind(struct irq_desc *desc, const struct domain *d)
{
	uint64_t flags = spin_lock_irqsave(&desc->lock);

	if (desc->use == IRQ_GUEST && desc->d == d) {
		irq_target_clear(desc);
		desc->use = IRQ_FREE;
		desc->d = NULL;
	}
	spin_unlock_irqrestore(&desc->lock, flags);
}

void pirq_unbind(struct domain *d, uint32_t pirq)
{
	struct irq_desc *desc = pirq_find_desc(d, pirq);

	if (desc)
		desc_unbind(desc, d);
}

void pirq_set_affinity(struct domain *d, uint32_t pirq, struct vcpu *v)
{
	struct irq_desc *desc = pirq_find_desc(d, pirq);
	uint64_t flags;

	if (!desc)
		return;
	flags = spin_lock_irqsave(&desc->lock);
	/* With no vector free there it stays where it is: slower, not lost. */
	if (desc->use == IRQ_GUEST && desc->d == d && irq_target_set(desc, v->processor))
		printk(LOG_DEBUG, "irq %u stays on CPU %u", desc->irq, desc->cpu);
	spin_unlock_irqrestore(&desc->lock, flags);
}

void pirq_eoi(struct domain *d, uint32_t pirq)
{
	struct irq_desc *desc = pirq_find_desc(d, pirq);
	uint64_t flags;

	if (!desc)
		return;
	flags = spin_lock_irqsave(&desc->lock);
	if (desc->use == IRQ_GUEST && desc->d == d && desc->needs_eoi) {
		desc->needs_eoi = false;
		irq_unmask(desc);
	}
	spin_unlock_irqrestore(&desc->lock, flags);
}

static bool irq_is_permitted(const struct domain *d, uint32_t irq)
{
	return rangeset_contains(d->arch.irqs_allowed, irq, irq);
}

int pirq_map_line(struct domain *d, uint32_t gsi, int32_t wanted, uint32_t *pirq)
{
	const struct irq_desc *desc = irq_desc_find(gsi);

	if (!desc || gsi >= irq_nr_gsis || !desc->controller || gsi >= pirq_nr(d))
		return -EINVAL;
	if (!irq_is_permitted(d, gsi))
		return -EPERM;
	if (wanted >= 0 && (uint32_t)wanted != gsi)
		return -EINVAL;
	/* One of ours too (the console's): to bind it is what's refused. */
	spin_lock(&d->pirq->lock);
	__atomic_store_n(&d->pirq->irq_of[gsi], gsi + 1, __ATOMIC_RELEASE);
	spin_unlock(&d->pirq->lock);
	*pirq = gsi;
	return 0;
}

int pirq_map_message(struct domain *d, const struct pirq_message *message, uint32_t *pirq)
{
	struct irq_desc *desc;
	uint32_t irq;
	int error = irq_desc_alloc_message(&irq);

	if (error)
		return error;
	desc = irq_desc_find(irq);
	error = irq >= pirq_nr(d) ? -ENOSPC : 0;
	if (!error)
		error = msi_connect(desc, message->address, message->is_msix, message->entry);
	if (error) {
		irq_desc_free_message(desc);
		return error;
	}
	spin_lock(&d->pirq->lock);
	__atomic_store_n(&d->pirq->irq_of[irq], irq + 1, __ATOMIC_RELEASE);
	spin_unlock(&d->pirq->lock);
	*pirq = irq;
	return 0;
}

static bool address_is_same(struct pci_address a, struct pci_address b)
{
	return a.segment == b.segment && a.bus == b.bus && a.device == b.device &&
	       a.function == b.function;
}

int pirq_restore_messages(struct domain *d, struct pci_address address)
{
	int error = -ENODEV;

	for (uint32_t pirq = irq_nr_gsis; pirq < pirq_nr(d); pirq++) {
		struct irq_desc *desc = pirq_find_desc(d, pirq);
		uint64_t flags;

		if (!desc || !address_is_same(desc->message.address, address))
			continue;
		error = 0;
		flags = spin_lock_irqsave(&desc->lock);
		if (desc->use == IRQ_GUEST && desc->d == d && desc->vector)
			msi_restore(desc);
		spin_unlock_irqrestore(&desc->lock, flags);
	}
	return error;
}

/* Of two callers at once, one finds it mapped. */
static struct irq_desc *pirq_take(struct domain *d, uint32_t pirq)
{
	uint32_t number = 0;

	spin_lock(&d->pirq->lock);
	if (pirq < pirq_nr(d))
		number = __atomic_exchange_n(&d->pirq->irq_of[pirq], 0, __ATOMIC_ACQ_REL);
	spin_unlock(&d->pirq->lock);
	return number ? irq_desc_find(number - 1) : NULL;
}

int pirq_unmap(struct domain *d, uint32_t pirq)
{
	struct irq_desc *desc = pirq_take(d, pirq);

	if (!desc)
		return -EINVAL;
	desc_unbind(desc, d);
	if (desc->irq >= irq_nr_gsis)
		irq_desc_free_message(desc);
	return 0;
}

int pirq_set_up_line(uint32_t gsi, bool is_level, bool is_active_low)
{
	struct irq_desc *desc = irq_desc_find(gsi);
	uint64_t flags;

	if (!desc || gsi >= irq_nr_gsis || !desc->controller)
		return -EINVAL;
	flags = spin_lock_irqsave(&desc->lock);
	if (desc->use == IRQ_FREE && !desc->vector) {
		desc->is_level = is_level;
		desc->is_active_low = is_active_low;
		desc->is_set_up = true;
	}
	spin_unlock_irqrestore(&desc->lock, flags);
	return 0;
}
