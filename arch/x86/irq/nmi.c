/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NMIs: a stop request of a panicking CPU; a guest's, for the hardware domain; else a report. */
#include "asm/irq.h"
#include "asm/machine.h"
#include "asm/watchdog.h"
#include "hv/arch.h"
#include "hv/domain.h"
#include "hv/printk.h"
#include "hv/sched.h"

#define PORT_SYSTEM_CONTROL 0x61
#define REASON_MASK 0xc0

void nmi_handle(struct registers *r)
{
	struct vcpu *v;

	machine_check_stop();
	if (watchdog_handle_nmi(r))
		return;
	printk(LOG_WARNING, "NMI on CPU %u, reason %x", cpu_this(),
	       port_read8(PORT_SYSTEM_CONTROL) & REASON_MASK);
	v = hardware_domain ? hardware_domain->vcpu[0] : NULL;
	if (v)
		__atomic_store_n(&v->arch.pv.bounce.nmi_pending, 1, __ATOMIC_RELEASE);
}
