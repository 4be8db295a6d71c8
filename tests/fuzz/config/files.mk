# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += config
fuzz-config-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
fuzz-config-sources = tests/fuzz/config/fuzz_config.c $(libdom-pure-sources)
fuzz-config-libs = -ljansson -luuid
