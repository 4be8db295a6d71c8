# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += timer
unit-timer-sources = tests/unit/timer/test_timer.c hypervisor/core/timer.c hypervisor/core/softirq.c \
	hypervisor/core/lock.c hypervisor/core/lock_debug.c $(fake-sources)
unit-timer-cflags := -DCONFIG_DEBUG=1
