# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += tlb
unit-tlb-sources = tests/unit/tlb/test_tlb.c arch/x86/mm/tlb.c hypervisor/core/lock.c hypervisor/core/lock_debug.c $(fake-sources)
