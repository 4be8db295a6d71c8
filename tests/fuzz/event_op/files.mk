# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += event_op
fuzz-event_op-cflags := -Itests/unit/event -DCONFIG_DEBUG=1
fuzz-event_op-sources = tests/fuzz/event_op/fuzz_event_op.c $(event-op-sources)
