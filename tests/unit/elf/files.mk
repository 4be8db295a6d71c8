# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += elf
unit-elf-sources := tests/unit/elf/test_elf.c tests/unit/elf/kernel_image.c hypervisor/lib/elf.c
