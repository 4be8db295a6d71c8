# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += vmap
unit-vmap-sources = tests/unit/vmap/test_vmap.c hypervisor/mm/vmap.c hypervisor/lib/tree.c \
	hypervisor/core/lock.c hypervisor/core/lock_debug.c $(fake-sources)
