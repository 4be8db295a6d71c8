# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += store
fuzz-store-sources = tests/fuzz/store/fuzz_store.c arch/x86/emulate/store.c arch/x86/emulate/store_execute.c
