# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += pv_mmu
pv-mmu-sources = arch/x86/mm/pv_descriptors.c arch/x86/mm/pv_ext.c arch/x86/mm/pv_fault.c arch/x86/mm/pv_flush.c \
	arch/x86/mm/pv_frames.c arch/x86/mm/pv_grant.c arch/x86/mm/pv_roots.c arch/x86/mm/pv_update.c \
	arch/x86/mm/pv_validate.c arch/x86/mm/pv_walk.c arch/x86/mm/tlb.c arch/x86/emulate/store.c \
	arch/x86/emulate/store_execute.c hypervisor/mm/page.c hypervisor/core/lock.c hypervisor/core/lock_debug.c \
	hypervisor/lib/rangeset.c tests/unit/pv_mmu/guest.c $(fake-sources)
unit-pv_mmu-sources = tests/unit/pv_mmu/test_pv_mmu.c tests/unit/pv_mmu/validate.c tests/unit/pv_mmu/updates.c \
	tests/unit/pv_mmu/extended.c tests/unit/pv_mmu/faults.c tests/unit/pv_mmu/life.c $(pv-mmu-sources)
