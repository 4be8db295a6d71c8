# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += string
unit-string-sources := tests/unit/string/test_string.c hypervisor/lib/string.c
