# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += uart
unit-uart-sources = tests/unit/uart/test_uart.c hypervisor/dev/uart.c $(fake-sources)
