# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += grant_op
fuzz-grant_op-cflags := -Itests/unit/grant -DCONFIG_DEBUG=1
fuzz-grant_op-sources = tests/fuzz/grant_op/fuzz_grant_op.c $(grant-op-sources)
