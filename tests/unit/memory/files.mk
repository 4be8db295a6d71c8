# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += memory
memory-op-sources = tests/unit/memory/fixture.c tests/unit/heap/neighbours.c hypervisor/mm/heap.c \
	hypervisor/mm/heap_domain.c hypervisor/mm/scrub.c hypervisor/mm/page.c hypervisor/mm/memory.c \
	hypervisor/mm/memory_exchange.c hypervisor/mm/memory_info.c hypervisor/mm/memory_resource.c \
	hypervisor/core/lock.c hypervisor/core/lock_debug.c hypervisor/core/softirq.c
unit-memory-sources = tests/unit/memory/test_reservation.c $(memory-op-sources) $(fake-sources)
unit-tests += memory_info
unit-memory_info-sources = tests/unit/memory/test_info.c $(memory-op-sources) $(fake-sources)
