/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a domain's run ends: by its own wish, its watchdog, the tools, or
 * because it broke. Takes no lock below the scheduler's, so that a crash can
 * be declared almost anywhere. The hardware domain takes the machine along.
 */
#include <stdarg.h>
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/event.h"
#include "hv/format.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "policy.h"

static noreturn_function void machine_restart(const struct domain *d, const char *why)
{
	printk(LOG_ERROR, "hardware domain %u %s: %s", d->id, why,
	       noreboot ? "halting, noreboot is set" : "rebooting");
	if (noreboot)
		arch_machine_halt();
	arch_machine_restart();
}

static noreturn_function void machine_follow(const struct domain *d, uint32_t code)
{
	/* What is still in the buffers would be lost. */
	interrupts_off();
	console_force_unlock();
	switch (code) {
	case SHUTDOWN_poweroff:
		printk(LOG_INFO, "hardware domain %u shut down: powering off", d->id);
		arch_machine_power_off();
	case SHUTDOWN_reboot:
		printk(LOG_INFO, "hardware domain %u asks for a reboot", d->id);
		arch_machine_restart();
	case SHUTDOWN_crash:
		machine_restart(d, "crashed");
	case SHUTDOWN_watchdog:
		machine_restart(d, "didn't poke its watchdog in time");
	case SHUTDOWN_suspend:
		machine_restart(d, "asked for a suspend that nothing could resume");
	default:
		machine_restart(d, "shut down for an unknown reason");
	}
}

static void vcpu_pause_for_shutdown(struct vcpu *v)
{
	if (!__atomic_exchange_n(&v->is_paused_for_shutdown, true, __ATOMIC_SEQ_CST))
		vcpu_pause_nosync(v);
}

static void shutdown_announce(struct domain *d)
{
	__atomic_store_n(&d->is_shut_down, true, __ATOMIC_SEQ_CST);
	/* A domain that is being saved has a port of its own for this. */
	if (d->shutdown_code == SHUTDOWN_suspend && d->suspend_event_port && hardware_domain &&
	    event_send(d, d->suspend_event_port) == 0)
		return;
	domain_notify_state(d);
}

void domain_shutdown(struct domain *d, uint32_t code)
{
	uint32_t latched = SHUTDOWN_CODE_NONE;
	struct vcpu *v;

	/* A code given before by SCHEDOP_shutdown_code stands. */
	if (!__atomic_compare_exchange_n(&d->shutdown_code, &latched, code, false, __ATOMIC_SEQ_CST,
					 __ATOMIC_SEQ_CST))
		code = latched;
	if (d->is_hardware)
		machine_follow(d, code);
	if (__atomic_exchange_n(&d->is_shutting_down, true, __ATOMIC_SEQ_CST))
		return;
	for_each_vcpu(d, v) vcpu_pause_for_shutdown(v);
	shutdown_announce(d);
}

void domain_resume(struct domain *d)
{
	struct vcpu *v;

	domain_pause(d);
	d->shutdown_code = SHUTDOWN_CODE_NONE;
	__atomic_store_n(&d->is_shut_down, false, __ATOMIC_SEQ_CST);
	if (__atomic_exchange_n(&d->is_shutting_down, false, __ATOMIC_SEQ_CST))
		for_each_vcpu(d, v) if (__atomic_exchange_n(&v->is_paused_for_shutdown, false,
							    __ATOMIC_SEQ_CST)) vcpu_unpause(v);
	domain_unpause(d);
}

void domain_crash(struct domain *d, const char *format, ...)
{
	struct vcpu *v = current_vcpu();
	char reason[160];
	va_list args;

	va_start(args, format);
	hv_vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	if (d->id >= DOMID_FIRST_RESERVED)
		panic("crash of a pseudo-domain: %s", reason);
	if (!d->is_shutting_down) {
		if (v && v->domain == d)
			printk(LOG_ERROR, "domain %u crashed on vcpu %u: %s\n", d->id, v->id,
			       reason);
		else
			printk(LOG_ERROR, "domain %u crashed: %s\n", d->id, reason);
	}
	domain_shutdown(d, SHUTDOWN_crash);
}
