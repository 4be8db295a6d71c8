/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Platform timers: HPET (IA-PC HPET 1.0a), ACPI PM timer (ACPI 6.4, 4.8.3.3), channel 2 of the PIT
 * (8254). Each must be seen counting before it is taken.
 */
#include "asm/time.h"
#include "hv/acpi.h"
#include "hv/heap.h"
#include "hv/printk.h"
#include "hv/string.h"

#define HPET_BYTES 1024
#define HPET_CAPABILITIES 0x000
#define HPET_CONFIGURATION 0x010
#define HPET_COUNTER 0x0f0
#define HPET_ENABLE 0x1
#define HPET_LEGACY_ROUTE 0x2
#define HPET_PERIOD_MAX_FS 100000000u
#define FS_PER_SECOND 1000000000000000ULL

#define PM_TIMER_HZ 3579545

#define PIT_HZ 1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_CHANNEL2_FREE_RUNNING 0xb0 /* both bytes, mode 0 */
#define PIT_CHANNEL2_LATCH 0x80
#define SYSTEM_PORT_B 0x61
#define PORT_B_GATE2 0x01
#define PORT_B_SPEAKER 0x02

#define LIVENESS_READS 100000u

static volatile uint8_t *hpet;
static volatile uint32_t *pm_timer; /* when it is in memory */

static uint32_t hpet_read32(unsigned int reg)
{
	return *(volatile uint32_t *)(hpet + reg);
}

static void hpet_write32(unsigned int reg, uint32_t value)
{
	*(volatile uint32_t *)(hpet + reg) = value;
}

static uint64_t hpet_read(void)
{
	return hpet_read32(HPET_COUNTER);
}

static uint64_t pm_timer_read(void)
{
	const struct acpi_register *reg = &acpi_information.pm_timer;

	if (reg->space == ACPI_SPACE_IO)
		return port_read32((uint16_t)reg->address);
	return *pm_timer;
}

static uint64_t pit_read(void)
{
	uint8_t low;

	port_write8(PIT_COMMAND, PIT_CHANNEL2_LATCH);
	low = port_read8(PIT_CHANNEL2);
	/* It counts down. */
	return 0xffff - (low | (uint64_t)port_read8(PIT_CHANNEL2) << 8);
}

static bool hpet_init(void);
static bool pm_timer_init(void);
static bool pit_init(void);

static struct platform_timer timers[] = {
	{.name = "hpet", .init = hpet_init, .read = hpet_read, .wrap = 1ULL << 32},
	{.name = "acpi", .init = pm_timer_init, .read = pm_timer_read, .hz = PM_TIMER_HZ},
	{.name = "pit", .init = pit_init, .read = pit_read, .wrap = 1ULL << 16, .hz = PIT_HZ},
};
#define TIMER_HPET timers[0]
#define TIMER_PM timers[1]

static bool hpet_init(void)
{
	uint32_t period_fs, configuration;

	if (acpi_information.hpet.a == 0)
		return false;
	hpet = ioremap(acpi_information.hpet, HPET_BYTES);
	if (!hpet)
		return false;
	period_fs = hpet_read32(HPET_CAPABILITIES + 4);
	if (period_fs == 0 || period_fs > HPET_PERIOD_MAX_FS)
		return false;
	configuration = hpet_read32(HPET_CONFIGURATION);
	/* Legacy routing would take the PIT's and the CMOS clock's interrupts away from dom0. */
	hpet_write32(HPET_CONFIGURATION, (configuration & ~HPET_LEGACY_ROUTE) | HPET_ENABLE);
	TIMER_HPET.hz = (FS_PER_SECOND + period_fs / 2) / period_fs;
	return true;
}

static bool pm_timer_init(void)
{
	const struct acpi_register *reg = &acpi_information.pm_timer;

	TIMER_PM.wrap = acpi_information.pm_timer_is_32bit ? 1ULL << 32 : 1ULL << 24;
	if (reg->address == 0)
		return false;
	if (reg->space == ACPI_SPACE_MEMORY)
		pm_timer = ioremap(paddr_from(reg->address), sizeof(*pm_timer));
	return reg->space == ACPI_SPACE_IO || pm_timer;
}

static bool pit_init(void)
{
	uint8_t port_b = port_read8(SYSTEM_PORT_B);

	port_write8(SYSTEM_PORT_B, (uint8_t)((port_b & ~PORT_B_SPEAKER) | PORT_B_GATE2));
	port_write8(PIT_COMMAND, PIT_CHANNEL2_FREE_RUNNING);
	port_write8(PIT_CHANNEL2, 0xff);
	port_write8(PIT_CHANNEL2, 0xff);
	return true;
}

static bool timer_is_counting(const struct platform_timer *timer)
{
	uint64_t first = timer->read();

	for (unsigned int i = 0; i < LIVENESS_READS; i++)
		if (timer->read() != first)
			return true;
	return false;
}

static bool timer_start(const struct platform_timer *timer)
{
	if (!timer->init())
		return false;
	if (timer_is_counting(timer))
		return true;
	printk(LOG_WARNING, "Platform timer %s stands still and is not used\n", timer->name);
	return false;
}

const struct platform_timer *platform_timer_choose(const char *wanted)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(timers); i++)
		if (strcmp(timers[i].name, wanted) == 0 && timer_start(&timers[i]))
			return &timers[i];
	if (*wanted)
		printk(LOG_WARNING, "clocksource=%s: there is no such timer\n", wanted);
	for (unsigned int i = 0; i < ARRAY_SIZE(timers); i++)
		if (timer_start(&timers[i]))
			return &timers[i];
	panic("no platform timer counts");
}
