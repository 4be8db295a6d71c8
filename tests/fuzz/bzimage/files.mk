# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += bzimage
fuzz-bzimage-sources := tests/fuzz/bzimage/fuzz_bzimage.c hypervisor/lib/bzimage.c
