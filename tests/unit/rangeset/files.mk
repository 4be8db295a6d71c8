# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += rangeset
unit-rangeset-sources := tests/unit/rangeset/test_rangeset.c hypervisor/lib/rangeset.c
