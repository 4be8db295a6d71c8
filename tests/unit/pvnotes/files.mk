# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += pvnotes
unit-pvnotes-sources := tests/unit/pvnotes/test_pvnotes.c tests/unit/elf/kernel_image.c \
	hypervisor/lib/elf.c hypervisor/lib/pvnotes.c
