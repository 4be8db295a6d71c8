# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += hypervisor/lib/string.c
sources-y += hypervisor/lib/format.c
sources-y += hypervisor/lib/rangeset.c
sources-y += hypervisor/lib/tree.c
sources-y += hypervisor/lib/elf.c
sources-y += hypervisor/lib/bzimage.c
sources-y += hypervisor/lib/pvnotes.c
