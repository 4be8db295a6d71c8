# SPDX-License-Identifier: GPL-2.0-or-later
memory-op-sources = tests/unit/memory/fixture.c $(heap-sources) \
	hypervisor/hypercall/memory_op.c hypervisor/hypercall/memory_extent.c hypervisor/hypercall/memory_exchange.c \
	hypervisor/hypercall/memory_info.c hypervisor/hypercall/memory_resource.c
unit-tests += memory
unit-memory-sources = tests/unit/memory/test_reservation.c tests/unit/memory/lists.c \
	$(memory-op-sources) $(fake-sources)
unit-tests += memory_pieces
unit-memory_pieces-sources = tests/unit/memory/test_pieces.c tests/unit/memory/lists.c \
	$(memory-op-sources) $(fake-sources)
unit-tests += memory_info
unit-memory_info-sources = tests/unit/memory/test_info.c $(memory-op-sources) $(fake-sources)
unit-tests += memory_races
unit-memory_races-sources = tests/unit/memory/test_races.c $(memory-op-sources) $(fake-sources)
