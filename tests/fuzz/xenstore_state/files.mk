# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += xenstore_state
fuzz-xenstore_state-sources = tests/fuzz/xenstore_state/fuzz_state.c $(xenstore-fuzz-sources)
fuzz-xenstore_state-cflags = $(xenstore-fuzz-cflags)
