# SPDX-License-Identifier: GPL-2.0-or-later
grant-op-sources = tests/unit/grant/fixture.c tests/unit/grant/page_tables.c \
	tests/unit/grant/consistency.c tests/unit/heap/neighbours.c hypervisor/grant/copy.c \
	hypervisor/grant/entry.c hypervisor/grant/map.c hypervisor/grant/operations.c \
	hypervisor/grant/table.c hypervisor/grant/tracking.c hypervisor/grant/version.c \
	hypervisor/grant/transfer.c \
	hypervisor/mm/page.c hypervisor/core/lock.c hypervisor/core/lock_debug.c $(fake-sources)
unit-tests += grant
unit-grant-sources = tests/unit/grant/test_table.c $(grant-op-sources)
unit-grant-cflags := -DCONFIG_DEBUG=1
unit-tests += grant_map
unit-grant_map-sources = tests/unit/grant/test_map.c $(grant-op-sources)
unit-grant_map-cflags := -DCONFIG_DEBUG=1
unit-tests += grant_unmap
unit-grant_unmap-sources = tests/unit/grant/test_unmap.c $(grant-op-sources)
unit-grant_unmap-cflags := -DCONFIG_DEBUG=1
unit-tests += grant_copy
unit-grant_copy-sources = tests/unit/grant/test_copy.c $(grant-op-sources)
unit-grant_copy-cflags := -DCONFIG_DEBUG=1
unit-tests += grant_threads
unit-grant_threads-sources = tests/unit/grant/test_threads.c $(grant-op-sources)
unit-grant_threads-cflags := -DCONFIG_DEBUG=1 -pthread
