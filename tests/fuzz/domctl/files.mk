# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += domctl
fuzz-domctl-cflags := -Itests/unit/domctl
fuzz-domctl-sources = tests/fuzz/domctl/fuzz_domctl.c $(domctl-sources) $(fake-sources)
