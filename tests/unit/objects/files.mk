# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += objects
unit-objects-sources = tests/unit/objects/test_objects.c tests/unit/heap/neighbours.c hypervisor/mm/objects.c hypervisor/mm/page.c \
	hypervisor/core/lock.c hypervisor/core/lock_debug.c $(fake-sources)
