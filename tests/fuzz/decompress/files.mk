# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += decompress
fuzz-decompress-sources = tests/fuzz/decompress/fuzz_decompress.c $(decompress-sources)
