# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += xenstored xenstored_clients xenstored_crash
unit-xenstored-sources = tests/unit/xenstored/support.c tests/unit/xenstored/fake_hypervisor.c \
	tests/unit/xenstored/main.c tests/unit/xenstored/test_nodes.c \
	tests/unit/xenstored/test_transactions.c tests/unit/xenstored/test_watches.c \
	tests/unit/xenstored/test_domains.c tests/unit/xenstored/test_quotas.c \
	tests/unit/xenstored/test_control.c tests/unit/xenstored/test_state.c tests/unit/xenstored/test_cost.c \
	tests/unit/xenstored/no_update.c $(xenstored-core-sources)
unit-xenstored-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools

unit-xenstored_clients-sources = tests/unit/xenstored/test_clients.c \
	tests/unit/xenstored/test_killed.c tests/unit/xenstored/fake_hypervisor.c $(xenstored-loop-sources) $(xenstored-core-sources)
unit-xenstored_clients-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-xenstored_clients-libs := -lxenstore

unit-xenstored_crash-sources = tests/unit/xenstored/test_crash.c \
	tests/unit/xenstored/fake_hypervisor.c tests/unit/xenstored/no_update.c $(xenstored-core-sources)
unit-xenstored_crash-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
