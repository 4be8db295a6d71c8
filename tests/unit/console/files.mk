# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += console
unit-console-sources = tests/unit/console/test_console.c hypervisor/core/console.c \
	hypervisor/core/printk.c hypervisor/core/keys.c hypervisor/core/params.c \
	hypervisor/core/calendar.c hypervisor/core/softirq.c hypervisor/core/lock.c \
	hypervisor/core/lock_debug.c hypervisor/hypercall/console_io.c hypervisor/lib/rangeset.c \
	$(fake-sources)
unit-console-cflags := -DCONFIG_DEBUG=1
