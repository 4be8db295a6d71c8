# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += hypervisor/mm/heap.c
sources-y += hypervisor/mm/heap_alloc.c
sources-y += hypervisor/mm/objects.c
sources-y += hypervisor/mm/page.c
sources-y += hypervisor/mm/scrub.c
sources-y += hypervisor/mm/vmap.c
sources-y += hypervisor/mm/offline.c
