/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * NMIs: a stop request of a panicking CPU; the watchdog's; else a report and
 * one for the hardware domain. An NMI may interrupt whoever holds a lock, the
 * console's too: so it takes none and prints nothing but in a panic, and
 * leaves the rest to a softirq.
 */
#include "asm/irq.h"
#include "asm/machine.h"
#include "asm/watchdog.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/printk.h"
#include "hv/sched.h"
#include "hv/softirq.h"

#define PORT_SYSTEM_CONTROL 0x61
#define REASON_MASK 0xc0

static DEFINE_PER_CPU(uint8_t, nmi_reason);

static void nmi_report(void)
{
	struct vcpu *v = hardware_domain ? hardware_domain->vcpu[0] : NULL;

	printk(LOG_WARNING, "NMI on CPU %u, reason %x", cpu_this(), this_cpu(nmi_reason));
	if (v && !__atomic_exchange_n(&v->arch.pv.bounce.nmi_pending, 1, __ATOMIC_SEQ_CST))
		vcpu_kick(v);
}

void nmi_handle(struct registers *r)
{
	machine_check_stop();
	/* Sent to all: this one is off. */
	if (unlikely(!cpu_is_online(cpu_this())))
		return;
	if (watchdog_handle_nmi(r))
		return;
	this_cpu(nmi_reason) = port_read8(PORT_SYSTEM_CONTROL) & REASON_MASK;
	softirq_raise(SOFTIRQ_NMI);
	/* The way back from an NMI looks for no softirqs, that from an interrupt does. */
	apic_send_self(VECTOR_EVENT_CHECK);
}

void nmi_init(void)
{
	softirq_register(SOFTIRQ_NMI, nmi_report);
}
