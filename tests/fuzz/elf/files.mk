# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += elf
fuzz-elf-sources := tests/fuzz/elf/fuzz_elf.c hypervisor/lib/elf.c hypervisor/lib/pvnotes.c
