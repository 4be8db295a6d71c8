# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += memory_op
fuzz-memory_op-cflags := -Itests/unit/memory
fuzz-memory_op-sources = tests/fuzz/memory_op/fuzz_memory_op.c $(memory-op-sources) $(fake-sources)
