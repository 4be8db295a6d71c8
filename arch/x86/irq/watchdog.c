/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NMI watchdog (boot option `watchdog`): the PIT's channel 0, which nobody
 * else uses, raises an NMI on every CPU about 18 times a second; a CPU that
 * has run no timer for watchdog_timeout seconds is stuck, and the machine
 * panics with that CPU's registers. Intel 8254 datasheet; 82093AA, delivery
 * mode NMI.
 */
#include "asm/watchdog.h"

#include "asm/irq.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/console.h"
#include "hv/params.h"
#include "hv/percpu.h"
#include "hv/printk.h"
#include "hv/time.h"
#include "hv/timer.h"
#include "irq_desc.h"

#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define PIT_CHANNEL0_PERIODIC 0x34 /* both bytes, mode 2 */
#define NMIS_PER_SECOND 18	   /* divisor 65536 of 1193182 Hz */
#define BEAT_NS NS_PER_SECOND

static bool is_wanted;
BOOLEAN_PARAMETER("watchdog", is_wanted, "NMI watchdog: panic when a CPU is stuck");
static uint32_t timeout_seconds = 5;
INTEGER_PARAMETER("watchdog_timeout", timeout_seconds, "seconds after which a CPU counts as stuck");

static bool is_running;

struct watchdog {
	struct timer timer;
	uint32_t nr_beats, nr_beats_seen, nr_nmis;
};

static DEFINE_PER_CPU(struct watchdog, watchdog);

static void watchdog_beat(void *data)
{
	struct watchdog *w = data;

	w->nr_beats++;
	timer_set(&w->timer, time_now_ns() + BEAT_NS);
}

bool watchdog_handle_nmi(struct registers *r)
{
	struct watchdog *w = &this_cpu(watchdog);

	if (!READ_ONCE(is_running))
		return false;
	if (w->nr_beats != w->nr_beats_seen) {
		w->nr_beats_seen = w->nr_beats;
		w->nr_nmis = 0;
	} else if (++w->nr_nmis > timeout_seconds * NMIS_PER_SECOND) {
		WRITE_ONCE(is_running, false);
		/* It may be stuck with the console's lock. */
		console_force_unlock();
		printk_raw("watchdog: CPU %u has run no timer for %u seconds\n", cpu_this(),
			   timeout_seconds);
		exception_panic(r);
	}
	return true;
}

static void nmis_mask(bool is_masked)
{
	BUG_ON(ioapic_route_nmi(acpi_information.isa_irqs[0].gsi, is_masked));
}

/* An NMI that comes before the CPU has its descriptors ends the machine. */
void watchdog_await_cpu(void)
{
	if (READ_ONCE(is_running))
		nmis_mask(true);
}

void watchdog_go_on(void)
{
	if (READ_ONCE(is_running))
		nmis_mask(false);
}

/* While the CPU is off the boot CPU has the timer. */
void watchdog_join_cpu(unsigned int cpu)
{
	struct watchdog *w = &per_cpu(watchdog, cpu);

	if (!READ_ONCE(is_running))
		return;
	if (w->timer.function)
		timer_migrate(&w->timer, cpu);
	else
		timer_init(&w->timer, watchdog_beat, w, cpu);
	timer_set(&w->timer, time_now_ns() + BEAT_NS);
	nmis_mask(false);
}

/* All CPUs are online. */
void watchdog_start(void)
{
	unsigned int cpu;

	if (!is_wanted)
		return;
	if (!timeout_seconds || ioapic_route_nmi(acpi_information.isa_irqs[0].gsi, false)) {
		printk(LOG_WARNING, "watchdog: can't be started: %s",
		       timeout_seconds ? "the PIT's interrupt has no IOAPIC pin"
				       : "watchdog_timeout=0");
		return;
	}
	for_each_online_cpu(cpu)
	{
		struct watchdog *w = &per_cpu(watchdog, cpu);

		timer_init(&w->timer, watchdog_beat, w, cpu);
		timer_set(&w->timer, time_now_ns() + BEAT_NS);
	}
	WRITE_ONCE(is_running, true);
	port_write8(PIT_COMMAND, PIT_CHANNEL0_PERIODIC);
	port_write8(PIT_CHANNEL0, 0);
	port_write8(PIT_CHANNEL0, 0);
	printk(LOG_INFO, "watchdog: on, %u seconds", timeout_seconds);
}
