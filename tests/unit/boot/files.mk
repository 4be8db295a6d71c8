# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += boot
unit-boot-sources = tests/unit/boot/test_boot.c arch/x86/boot/multiboot.c arch/x86/boot/ranges.c \
	arch/x86/mm/boot_memory.c $(fake-sources)
