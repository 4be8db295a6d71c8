# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += console_ring
fuzz-console_ring-sources := tests/fuzz/console_ring/fuzz_console_ring.c tools/consoled/ring.c \
	tools/consoled/history.c
fuzz-console_ring-cflags := -Itools -D_GNU_SOURCE
