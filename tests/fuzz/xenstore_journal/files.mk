# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += xenstore_journal
fuzz-xenstore_journal-sources = tests/fuzz/xenstore_journal/fuzz_journal.c $(xenstore-fuzz-sources)
fuzz-xenstore_journal-cflags = $(xenstore-fuzz-cflags)
