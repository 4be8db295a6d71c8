# SPDX-License-Identifier: GPL-2.0-or-later
xenstore-fuzz-sources = tests/unit/xenstored/fake_hypervisor.c tests/unit/xenstored/no_update.c \
	$(xenstored-core-sources)
xenstore-fuzz-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools -Itests/unit/xenstored

fuzzers += xenstore_ring
fuzz-xenstore_ring-sources = tests/fuzz/xenstore_ring/fuzz_ring.c $(xenstore-fuzz-sources)
fuzz-xenstore_ring-cflags := $(xenstore-fuzz-cflags)
