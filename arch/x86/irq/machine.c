/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ways to reset a machine, tried from the chosen one (reboot=) on until
 * one works; power-off by ACPI where the tables say how; halt. Works in a
 * panic: no locks, no memory, no clock.
 */
#include "asm/machine.h"
#include "asm/descriptors.h"
#include "asm/irq.h"
#include "asm/page.h"
#include "hv/acpi.h"
#include "hv/arch.h"
#include "hv/errno.h"
#include "hv/page.h"
#include "hv/params.h"
#include "hv/printk.h"

#define PORT_DELAY 0x80 /* reading it takes about a microsecond */
#define PORT_KEYBOARD_STATUS 0x64
#define KEYBOARD_INPUT_FULL 0x02
#define KEYBOARD_PULSE_RESET 0xfe
#define PORT_RESET_CONTROL 0xcf9
#define RESET_CONTROL_HARD 0x0e
#define PORT_PCI_ADDRESS 0xcf8
#define PORT_PCI_DATA 0xcfc
#define SLEEP_TYPE_SHIFT 10
#define SLEEP_ENABLE (1u << 13)
#define STOP_WAIT_US 100000
#define RESET_WAIT_US 200000

static bool is_stopping;
static bool reset_is_mapped;

static void delay_us(unsigned int us)
{
	while (us--)
		(void)port_read8(PORT_DELAY);
}

static noreturn_function void stop_this_cpu(void)
{
	interrupts_off();
	for (;;)
		__asm__ volatile("hlt");
}

void machine_check_stop(void)
{
	if (unlikely(READ_ONCE(is_stopping))) {
		__atomic_and_fetch(&cpus_online.bits[cpu_this() / 64], ~(1UL << cpu_this() % 64),
				   __ATOMIC_ACQ_REL);
		stop_this_cpu();
	}
}

static bool others_are_online(void)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) if (cpu != cpu_this()) return true;
	return false;
}

void arch_stop_other_cpus(void)
{
	unsigned int cpu;

	if (__atomic_exchange_n(&is_stopping, true, __ATOMIC_ACQ_REL))
		return;
	for_each_online_cpu(cpu) if (cpu != cpu_this()) apic_send_nmi(cpu);
	for (unsigned int us = 0; us < STOP_WAIT_US && others_are_online(); us++)
		delay_us(1);
}

static void pci_write8(uint64_t address, uint8_t value)
{
	uint32_t device = address >> 32 & 0x1f, function = address >> 16 & 7, at = address & 0xff;

	port_write32(PORT_PCI_ADDRESS, 1u << 31 | device << 11 | function << 8 | (at & ~3u));
	port_write8((uint16_t)(PORT_PCI_DATA + (at & 3)), value);
}

static void reset_by_acpi(void)
{
	const struct acpi_register *reg = &acpi_information.reset;

	if (!reg->address)
		return;
	if (reg->space == ACPI_SPACE_IO)
		port_write8((uint16_t)reg->address, acpi_information.reset_value);
	else if (reg->space == ACPI_SPACE_PCI)
		pci_write8(reg->address, acpi_information.reset_value);
	else if (reset_is_mapped)
		WRITE_ONCE(*(uint8_t *)paddr_to_virt(paddr_from(reg->address)),
			   acpi_information.reset_value);
}

static void reset_by_keyboard(void)
{
	for (unsigned int us = 0; us < 10000; us++) {
		if (!(port_read8(PORT_KEYBOARD_STATUS) & KEYBOARD_INPUT_FULL))
			break;
		delay_us(1);
	}
	port_write8(PORT_KEYBOARD_STATUS, KEYBOARD_PULSE_RESET);
}

static void reset_by_chipset(void)
{
	port_write8(PORT_RESET_CONTROL, RESET_CONTROL_HARD & ~4u);
	delay_us(50);
	port_write8(PORT_RESET_CONTROL, RESET_CONTROL_HARD);
}

static void reset_by_triple_fault(void)
{
	struct descriptor_pointer none = {0, 0};

	__asm__ volatile("lidt %0; int3" : : "m"(none));
}

static const struct {
	char letter; /* of reboot= */
	void (*reset)(void);
} ways[] = {
	{'a', reset_by_acpi},
	{'k', reset_by_keyboard},
	{'p', reset_by_chipset},
	{'t', reset_by_triple_fault},
};

static unsigned int first_way;
static bool never_reboot;

static int reboot_parse(const char *value)
{
	if (*value == 'n') {
		never_reboot = true;
		return 0;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(ways); i++) {
		if (ways[i].letter == *value) {
			first_way = i;
			return 0;
		}
	}
	return -EINVAL;
}
CUSTOM_PARAMETER("reboot", reboot_parse,
		 "a[cpi], k[bd], p[ci], t[riple]: how to reset; n[o]: halt");

void machine_init(void)
{
	const struct acpi_register *reg = &acpi_information.reset;
	uint64_t virtual = DIRECT_MAP_START + ROUND_DOWN(reg->address, PAGE_SIZE);

	if (!reg->address || reg->space != ACPI_SPACE_MEMORY || reg->address >= DIRECT_MAP_BYTES ||
	    hv_map_read(virtual))
		return;
	reset_is_mapped = !hv_map(virtual, paddr_to_mfn(paddr_from(reg->address)), 1, PTE_HV_IO);
}

void arch_machine_halt(void)
{
	interrupts_off();
	arch_stop_other_cpus();
	stop_this_cpu();
}

void arch_machine_restart(void)
{
	interrupts_off();
	arch_stop_other_cpus();
	if (never_reboot) {
		printk_raw("reboot=no: halted. Reset the machine by hand.\n");
		stop_this_cpu();
	}
	for (unsigned int i = 0;; i++) {
		ways[(first_way + i) % ARRAY_SIZE(ways)].reset();
		delay_us(RESET_WAIT_US);
	}
}

static void sleep_control_write(const struct acpi_register *reg, uint8_t type)
{
	if (reg->address && reg->space == ACPI_SPACE_IO)
		port_write16((uint16_t)reg->address,
			     (uint16_t)(type << SLEEP_TYPE_SHIFT | SLEEP_ENABLE));
}

void arch_machine_power_off(void)
{
	const struct acpi_information *info = &acpi_information;

	interrupts_off();
	arch_stop_other_cpus();
	if (info->s5_type_a != ACPI_SLEEP_TYPE_UNKNOWN) {
		sleep_control_write(&info->pm1a_control, info->s5_type_a);
		if (info->s5_type_b != ACPI_SLEEP_TYPE_UNKNOWN)
			sleep_control_write(&info->pm1b_control, info->s5_type_b);
		delay_us(RESET_WAIT_US);
	}
	printk_raw("The machine can't be switched off by the hypervisor: halted.\n");
	stop_this_cpu();
}
