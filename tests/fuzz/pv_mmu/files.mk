# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += pv_mmu
fuzz-pv_mmu-cflags := -DFAKE_NR_FRAMES=256
fuzz-pv_mmu-sources = tests/fuzz/pv_mmu/fuzz_pv_mmu.c tests/fuzz/pv_mmu/model.c $(pv-mmu-sources)
