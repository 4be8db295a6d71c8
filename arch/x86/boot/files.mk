# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += arch/x86/boot/head.S
sources-y += arch/x86/boot/multiboot.c
sources-y += arch/x86/boot/ranges.c
sources-y += arch/x86/boot/smp.c
sources-y += arch/x86/boot/start.c
sources-y += arch/x86/boot/trampoline.S
