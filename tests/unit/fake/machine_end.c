/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for the machine's ends, and for the event layer as far as polling and vcpu_info need it. */
#include "fake_machine_end.h"
#include <stdio.h>
#include <stdlib.h>
#include "fake.h"
#include "hv/console.h"
#include "hv/errno.h"
#include "hv/event.h"
#include "hv/printk.h"

__attribute__((weak)) bool noreboot;
enum fake_machine_end fake_machine_end;
unsigned long fake_events_pending;
unsigned int fake_event_nr_ports = 64;
unsigned int fake_vcpu_info_resets;

__attribute__((weak)) void console_force_unlock(void) {}

static noreturn_function void machine_end(enum fake_machine_end how)
{
	fake_machine_end = how;
	if (fake_panic_is_expected)
		longjmp(fake_panic_jump, 1);
	fprintf(stderr, "the machine ended unexpectedly (%d)\n", (int)how);
	abort();
}

__attribute__((weak)) void arch_machine_restart(void)
{
	machine_end(FAKE_MACHINE_RESTARTED);
}

__attribute__((weak)) void arch_machine_halt(void)
{
	machine_end(FAKE_MACHINE_HALTED);
}

__attribute__((weak)) void arch_machine_power_off(void)
{
	machine_end(FAKE_MACHINE_OFF);
}

__attribute__((weak)) int event_check_pending(struct domain *d, uint32_t port, bool *pending)
{
	if (port >= fake_event_nr_ports)
		return -EINVAL;
	*pending = fake_events_pending >> port & 1;
	return 0;
}

__attribute__((weak)) void event_move_pirqs(struct vcpu *v) {}

__attribute__((weak)) void event_reset_vcpu_info(struct vcpu *v)
{
	fake_vcpu_info_resets++;
}
