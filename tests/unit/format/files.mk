# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += format
unit-format-sources := tests/unit/format/test_format.c hypervisor/lib/format.c hypervisor/lib/string.c
