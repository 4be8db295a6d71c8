# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += hypervisor/dev/acpi.c
sources-y += hypervisor/dev/acpi_tables.c
sources-y += hypervisor/dev/console_devices.c
sources-y += hypervisor/dev/uart.c
sources-y += hypervisor/dev/vga.c
sources-y += hypervisor/dev/framebuffer.c

# GNU Unifont as Debian's grub-common has it
FONT ?= /usr/share/grub/ascii.pf2
font-h := $(O)/include/generated/font.h

$(font-h): scripts/font $(FONT)
	@mkdir -p $(@D)
	@scripts/font $(FONT) >$@.new && mv $@.new $@

$(O)/obj/hypervisor/dev/framebuffer.o: $(font-h)
