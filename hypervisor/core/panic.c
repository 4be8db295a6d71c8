/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end: the reason and a back-trace on every console, then a reboot, or a halt with noreboot.
 */
#include <stdarg.h>
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/format.h"
#include "hv/lock_debug.h"
#include "hv/params.h"
#include "hv/printk.h"
#include "hv/time.h"

#define REBOOT_SECONDS 5
#define PANIC_LINE "****************************************"

static uint32_t panic_owner; /* CPU number + 1 */
bool noreboot;
BOOLEAN_PARAMETER("noreboot", noreboot, "halt after a panic");

/* One CPU reports; a second one stops, the same one again goes straight to the end. */
static void panic_claim(void)
{
	uint32_t nobody = 0, self = cpu_this() + 1;

	if (__atomic_compare_exchange_n(&panic_owner, &nobody, self, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return;
	if (nobody == self)
		arch_machine_restart();
	for (;;)
		cpu_relax();
}

static noreturn_function void panic_finish(void)
{
	arch_dump_backtrace();
	arch_stop_other_cpus();
	if (noreboot) {
		printk_raw("noreboot is set: halted. Reset the machine by hand.\n");
		arch_machine_halt();
	}
	printk_raw("Reboot in %d seconds...\n", REBOOT_SECONDS);
	time_delay_us(REBOOT_SECONDS * 1000000UL);
	arch_machine_restart();
}

static void panic_begin(void)
{
	interrupts_off();
	panic_claim();
	lock_debug_disable();
	console_force_unlock();
	printk_raw("\n" PANIC_LINE "\nPanic on CPU %u:\n", cpu_this());
}

void panic(const char *format, ...)
{
	char reason[400];
	va_list args;

	va_start(args, format);
	hv_vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	panic_begin();
	printk_raw("%s\n" PANIC_LINE "\n", reason);
	panic_finish();
}

void assert_fail(const char *condition, const char *file, int line)
{
	panic("assertion '%s' failed at %s:%d", condition, file, line);
}
