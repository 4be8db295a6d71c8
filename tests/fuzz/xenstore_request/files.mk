# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += xenstore_request
fuzz-xenstore_request-sources = tests/fuzz/xenstore_request/fuzz_request.c $(xenstore-fuzz-sources)
fuzz-xenstore_request-cflags = $(xenstore-fuzz-cflags)
