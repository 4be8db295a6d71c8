# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += trace
unit-trace-sources = tests/unit/trace/test_trace.c hypervisor/core/trace.c hypervisor/core/softirq.c \
	hypervisor/core/lock.c hypervisor/core/lock_debug.c tests/unit/fake/page_list.c $(fake-sources)
