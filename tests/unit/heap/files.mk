# SPDX-License-Identifier: GPL-2.0-or-later
heap-sources = tests/unit/heap/neighbours.c hypervisor/mm/heap.c hypervisor/mm/heap_alloc.c \
	hypervisor/mm/scrub.c hypervisor/mm/offline.c hypervisor/mm/page.c hypervisor/domain/pages.c hypervisor/core/lock.c \
	hypervisor/core/lock_debug.c hypervisor/core/softirq.c
unit-tests += heap
unit-heap-sources = tests/unit/heap/test_heap.c $(heap-sources) $(fake-sources)
unit-tests += heap_owners
unit-heap_owners-sources = tests/unit/heap/test_owners.c $(heap-sources) $(fake-sources)
unit-tests += heap_offline
unit-heap_offline-sources = tests/unit/heap/test_offline.c $(heap-sources) $(fake-sources)
