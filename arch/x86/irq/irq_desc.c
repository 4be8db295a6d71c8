/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Descriptors, their vectors, and what happens when a vector arrives. */
#include "irq_desc.h"

#include "asm/irq.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/heap.h"
#include "hv/percpu.h"
#include "hv/perf.h"
#include "hv/printk.h"
#include "hv/string.h"

#define NR_MESSAGES_MINIMUM 512
#define NR_MESSAGES_PER_CPU 32
#define NR_VECTORS 256

uint32_t irq_nr_gsis, irq_nr;
static struct irq_desc *descs;
static struct cpumask cpus_refused; /* going off or off: no interrupt is sent there */

/* IRQ number + 1 by vector; 0: none. [irq_vectors; read with interrupts off on its CPU] */
static DEFINE_PER_CPU(uint32_t[NR_VECTORS], vector_irq);
static struct spinlock vector_lock = SPINLOCK_INIT(LOCK_irq_vectors);
static void (*own_handlers[NR_VECTORS])(struct registers *r);

void interrupt_register(uint8_t vector, void (*handler)(struct registers *r))
{
	own_handlers[vector] = handler;
}

struct irq_desc *irq_desc_find(uint32_t irq)
{
	return irq < irq_nr ? &descs[irq] : NULL;
}

int irq_desc_alloc_message(uint32_t *irq)
{
	for (uint32_t i = irq_nr_gsis; i < irq_nr; i++) {
		bool expected = false;

		if (__atomic_compare_exchange_n(&descs[i].is_set_up, &expected, true, false,
						__ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
			*irq = i;
			return 0;
		}
	}
	return -ENOSPC;
}

void irq_desc_free_message(struct irq_desc *desc)
{
	uint64_t flags = spin_lock_irqsave(&desc->lock);

	irq_target_clear(desc);
	desc->controller = NULL;
	desc->use = IRQ_FREE;
	desc->d = NULL;
	spin_unlock_irqrestore(&desc->lock, flags);
	msi_disconnect(desc);
	__atomic_store_n(&desc->is_set_up, false, __ATOMIC_RELEASE);
}

static bool vector_is_usable(unsigned int vector)
{
	return vector != VECTOR_LEGACY_SYSCALL && vector != 0x82;
}

/* Takes a vector on a CPU for an IRQ; 0: all are taken. */
static uint8_t vector_take(unsigned int cpu, uint32_t irq)
{
	uint32_t *table = per_cpu(vector_irq, cpu);
	uint8_t taken = 0;

	spin_lock(&vector_lock);
	/* Neighbours share a priority class: spread over classes first. */
	for (unsigned int low = 0; low < 16 && !taken; low++)
		for (unsigned int class = VECTOR_FIRST_DEVICE; class <= VECTOR_LAST_DEVICE;
		     class += 16) {
			unsigned int vector = class + low;

			if (!table[vector] && vector_is_usable(vector)) {
				table[vector] = irq + 1;
				taken = (uint8_t)vector;
				break;
			}
		}
	spin_unlock(&vector_lock);
	return taken;
}

static void vector_release(unsigned int cpu, uint8_t vector)
{
	spin_lock(&vector_lock);
	per_cpu(vector_irq, cpu)[vector] = 0;
	spin_unlock(&vector_lock);
}

static void move_complete(struct irq_desc *desc)
{
	if (desc->old_vector)
		vector_release(desc->old_cpu, desc->old_vector);
	desc->old_vector = 0;
}

/* Messages and lines have 8 bits for it without interrupt remapping. */
static bool cpu_takes_interrupts(unsigned int cpu)
{
	return cpu_is_online(cpu) && apic_id_of_cpu(cpu) <= XAPIC_ID_MAX &&
	       !bitmap_test(cpus_refused.bits, cpu);
}

int irq_target_set(struct irq_desc *desc, unsigned int cpu)
{
	uint8_t vector;

	if (!cpu_takes_interrupts(cpu))
		cpu = 0;
	if (desc->vector && desc->cpu == cpu)
		return 0;
	/* The last move isn't over: stay where we are, the next wake-up tries again. */
	if (desc->old_vector)
		return 0;
	vector = vector_take(cpu, desc->irq);
	if (!vector && desc->vector && cpu_takes_interrupts(desc->cpu))
		return 0;
	for (unsigned int other = 0; !vector && other < nr_cpus; other++)
		if (cpu_takes_interrupts(other)) {
			vector = vector_take(other, desc->irq);
			cpu = other;
		}
	if (!vector)
		return -ENOSPC;
	desc->old_vector = desc->vector;
	desc->old_cpu = desc->cpu;
	desc->vector = vector;
	desc->cpu = (uint16_t)cpu;
	desc->controller->retarget(desc);
	return 0;
}

/* What was on its way by a pair that is forgotten here is made up for by one event too many. */
static int desc_leave_cpu(struct irq_desc *desc, unsigned int cpu)
{
	uint64_t flags = spin_lock_irqsave(&desc->lock);
	bool is_forgotten = desc->old_vector && (desc->cpu == cpu || desc->old_cpu == cpu);
	struct domain *d = NULL;
	uint32_t pirq = desc->pirq;
	int error = 0;

	if (is_forgotten) {
		move_complete(desc);
		if (desc->use == IRQ_GUEST && !desc->is_level && domain_get(desc->d))
			d = desc->d;
	}
	if (desc->vector && desc->cpu == cpu)
		error = irq_target_set(desc, 0);
	spin_unlock_irqrestore(&desc->lock, flags);
	if (d) {
		(void)event_send_pirq(d, pirq);
		domain_put(d);
	}
	return error;
}

int irqs_evacuate_cpu(unsigned int cpu)
{
	int error = 0;

	bitmap_set(cpus_refused.bits, cpu);
	for (uint32_t irq = 0; irq < irq_nr && !error; irq++)
		error = desc_leave_cpu(&descs[irq], cpu);
	if (error)
		irqs_admit_cpu(cpu);
	return error;
}

void irqs_admit_cpu(unsigned int cpu)
{
	bitmap_clear(cpus_refused.bits, cpu);
}

void irq_target_clear(struct irq_desc *desc)
{
	if (!desc->vector)
		return;
	irq_mask(desc);
	move_complete(desc);
	vector_release(desc->cpu, desc->vector);
	desc->vector = 0;
}

void irq_mask(struct irq_desc *desc)
{
	if (!desc->is_masked)
		desc->controller->mask(desc);
	desc->is_masked = true;
}

void irq_unmask(struct irq_desc *desc)
{
	if (desc->is_masked)
		desc->controller->unmask(desc);
	desc->is_masked = false;
}

/* Releases the descriptor's lock, which ranks above the event channel's. */
static void guest_interrupt(struct irq_desc *desc)
{
	struct domain *d = desc->d;
	uint32_t pirq = desc->pirq;

	/* A level stays asserted until the guest has served the device: masked until its EOI. */
	if (desc->is_level) {
		irq_mask(desc);
		desc->needs_eoi = true;
	}
	spin_unlock(&desc->lock);
	apic_eoi();
	(void)event_send_pirq(d, pirq);
}

static void irq_handle(struct irq_desc *desc, uint8_t vector)
{
	PERF_INC(device_interrupts);
	spin_lock(&desc->lock);
	desc->nr_received++;
	if (desc->old_vector && vector == desc->vector && cpu_this() == desc->cpu)
		move_complete(desc);
	if (desc->use == IRQ_GUEST) {
		guest_interrupt(desc);
		return;
	}
	spin_unlock(&desc->lock);
	if (desc->use == IRQ_HYPERVISOR)
		desc->handler(desc->irq, desc->data);
	apic_eoi();
}

void interrupt_handle(struct registers *r)
{
	uint8_t vector = (uint8_t)r->entry_vector;
	uint32_t number;

	PERF_INC_AT(interrupts, vector);
	if (own_handlers[vector]) {
		own_handlers[vector](r);
		return;
	}
	number = this_cpu(vector_irq)[vector];
	if (unlikely(!number)) {
		apic_eoi();
		printk(LOG_DEBUG, "CPU %u: nobody's interrupt, vector %x", cpu_this(), vector);
		return;
	}
	irq_handle(&descs[number - 1], vector);
}

int irq_request(unsigned int irq, void (*handler)(unsigned int irq, void *data), void *data,
		const char *name)
{
	struct irq_desc *desc = irq_desc_find(irq);
	uint64_t flags;
	int error;

	if (!desc || !desc->controller)
		return -EINVAL;
	flags = spin_lock_irqsave(&desc->lock);
	error = desc->use == IRQ_FREE ? irq_target_set(desc, 0) : -EBUSY;
	if (!error) {
		desc->use = IRQ_HYPERVISOR;
		desc->handler = handler;
		desc->data = data;
		desc->name = name;
		irq_unmask(desc);
	}
	spin_unlock_irqrestore(&desc->lock, flags);
	return error;
}

static uint32_t order_of(uint64_t bytes)
{
	uint32_t order = 0;

	while (PAGE_SIZE << order < bytes)
		order++;
	return order;
}

static void descs_connect(void)
{
	for (uint32_t irq = 0; irq < irq_nr_gsis; irq++) {
		struct irq_desc *desc = &descs[irq];
		uint32_t gsi = irq;

		if (irq < ACPI_ISA_IRQS) {
			gsi = acpi_information.isa_irqs[irq].gsi;
			desc->is_level = acpi_information.isa_irqs[irq].is_level;
			desc->is_active_low = acpi_information.isa_irqs[irq].is_active_low;
		} else {
			desc->is_level = desc->is_active_low = true;
		}
		if (ioapic_connect(desc, gsi))
			desc->controller = NULL;
	}
}

/* Boot CPU, after the heap and the tables: all sources masked. */
void irq_init(void)
{
	uint32_t nr_messages = MAX(NR_MESSAGES_MINIMUM, NR_MESSAGES_PER_CPU * nr_cpus);

	ioapic_init();
	irq_nr = irq_nr_gsis + nr_messages;
	descs = heap_alloc(order_of(irq_nr * sizeof(*descs)), HEAP_FLAG_DEFAULT);
	if (!descs)
		panic("no memory for %u interrupt descriptors", irq_nr);
	for (uint32_t irq = 0; irq < irq_nr; irq++) {
		spinlock_init(&descs[irq].lock, LOCK_irq_desc);
		descs[irq].irq = irq;
		descs[irq].is_masked = true;
	}
	descs_connect();
	printk(LOG_INFO, "Interrupts: %u lines, %u messages", irq_nr_gsis, nr_messages);
}
