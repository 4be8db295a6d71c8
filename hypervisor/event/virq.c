/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who hears the machine's virtual interrupts: the hardware domain, or another
 * that the tools named for one of them. A handler is referenced until it dies.
 */
#include "event_internal.h"

#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/perf.h"

/* NULL: the hardware domain. Changed under the lock; a sender takes a reference of its own first. */
static struct domain *handlers[NR_VIRQS];
static struct spinlock handlers_lock = SPINLOCK_INIT(LOCK_virq_handlers);

bool virq_is_per_vcpu(uint32_t virq)
{
	return virq == VIRQ_TIMER || virq == VIRQ_DEBUG || virq == VIRQ_XENOPROF ||
	       virq == VIRQ_XENPMU;
}

static struct domain *handler_get(uint32_t virq)
{
	uint64_t flags = spin_lock_irqsave(&handlers_lock);
	struct domain *d = handlers[virq] ? handlers[virq] : hardware_domain;

	if (d && !domain_get(d))
		d = NULL;
	spin_unlock_irqrestore(&handlers_lock, flags);
	return d;
}

bool virq_is_handled_by(const struct domain *d, uint32_t virq)
{
	return READ_ONCE(handlers[virq]) == d;
}

void event_send_virq_global(uint32_t virq)
{
	struct domain *d = handler_get(virq);

	PERF_INC(global_virqs);
	if (!d)
		return;
	/* Global ones are bound on vcpu 0's table, wherever they notify. */
	if (d->max_vcpus && d->vcpu[0])
		event_send_virq_vcpu(d->vcpu[0], virq);
	domain_put(d);
}

static struct domain *handler_exchange(uint32_t virq, struct domain *d)
{
	uint64_t flags = spin_lock_irqsave(&handlers_lock);
	struct domain *old = handlers[virq];

	handlers[virq] = d;
	spin_unlock_irqrestore(&handlers_lock, flags);
	return old;
}

int event_set_virq_handler(struct domain *d, uint32_t virq)
{
	struct domain *old;

	if (virq >= NR_VIRQS || virq_is_per_vcpu(virq) || domain_is_dying(d) || !domain_get(d))
		return -EINVAL;
	old = handler_exchange(virq, d);
	if (old)
		domain_put(old);
	/* It may have begun to die, and have looked for itself here, before it stood there. */
	if (domain_is_dying(d))
		virq_handlers_drop(d);
	return 0;
}

void virq_handlers_drop(struct domain *d)
{
	for (uint32_t virq = 0; virq < NR_VIRQS; virq++) {
		uint64_t flags = spin_lock_irqsave(&handlers_lock);
		bool is_handler = handlers[virq] == d;

		if (is_handler)
			handlers[virq] = NULL;
		spin_unlock_irqrestore(&handlers_lock, flags);
		if (is_handler)
			domain_put(d);
	}
}
