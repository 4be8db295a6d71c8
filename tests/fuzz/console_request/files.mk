# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += console_request
fuzz-console_request-sources := tests/fuzz/console_request/fuzz_console_request.c \
	tools/consoled/request.c
fuzz-console_request-cflags := -Itools
fuzz-console_request-libs := -ljansson
