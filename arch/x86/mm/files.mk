# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += arch/x86/mm/boot_memory.c
sources-y += arch/x86/mm/frame_table.c
sources-y += arch/x86/mm/m2p.c
sources-y += arch/x86/mm/map.c
sources-y += arch/x86/mm/memory.c
