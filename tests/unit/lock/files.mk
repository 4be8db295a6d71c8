# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += lock
unit-lock-sources = tests/unit/lock/test_lock.c hypervisor/core/lock.c hypervisor/core/lock_debug.c \
	$(fake-sources)
unit-lock-cflags := -DCONFIG_DEBUG=1 -pthread
