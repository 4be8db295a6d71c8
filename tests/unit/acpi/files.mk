# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += acpi
unit-acpi-sources = tests/unit/acpi/test_acpi.c hypervisor/dev/acpi.c hypervisor/dev/acpi_tables.c \
	$(fake-sources)
