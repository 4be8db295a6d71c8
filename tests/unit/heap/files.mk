# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += heap
unit-heap-sources = tests/unit/heap/test_heap.c tests/unit/heap/neighbours.c hypervisor/mm/heap.c \
	hypervisor/mm/heap_domain.c hypervisor/mm/scrub.c hypervisor/mm/page.c hypervisor/core/lock.c \
	hypervisor/core/lock_debug.c hypervisor/core/softirq.c $(fake-sources)
