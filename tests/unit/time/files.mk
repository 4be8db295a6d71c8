# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += time
unit-time-sources = tests/unit/time/test_time.c hypervisor/core/time_scale.c \
	hypervisor/core/calendar.c $(fake-sources)
