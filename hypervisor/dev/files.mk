# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += hypervisor/dev/acpi.c
sources-y += hypervisor/dev/acpi_tables.c
sources-y += hypervisor/dev/console_devices.c
sources-y += hypervisor/dev/uart.c
sources-y += hypervisor/dev/vga.c
