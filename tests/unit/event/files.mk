# SPDX-License-Identifier: GPL-2.0-or-later
event-op-sources = tests/unit/event/fixture.c hypervisor/event/bind.c hypervisor/event/close.c \
	hypervisor/event/fifo.c hypervisor/event/operations.c hypervisor/event/virq.c hypervisor/event/send.c \
	hypervisor/event/table.c hypervisor/core/lock.c hypervisor/core/lock_debug.c $(fake-sources)
unit-tests += event
unit-event-sources = tests/unit/event/test_channel.c $(event-op-sources)
unit-event-cflags := -DCONFIG_DEBUG=1
unit-tests += event_interrupts
unit-event_interrupts-sources = tests/unit/event/test_interrupts.c $(event-op-sources)
unit-event_interrupts-cflags := -DCONFIG_DEBUG=1
unit-tests += event_fifo
unit-event_fifo-sources = tests/unit/event/test_fifo.c $(event-op-sources)
unit-event_fifo-cflags := -DCONFIG_DEBUG=1
unit-tests += event_threads
unit-event_threads-sources = tests/unit/event/test_threads.c $(event-op-sources)
unit-event_threads-cflags := -DCONFIG_DEBUG=1 -pthread
