# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += xenstored xenstored_clients
unit-xenstored-sources = tests/unit/xenstored/support.c tests/unit/xenstored/fake_hypervisor.c \
	$(patsubst %,tests/unit/xenstored/%.c,main test_nodes test_transactions test_watches \
	test_domains test_quotas test_control test_state) \
	tests/unit/xenstored/no_update.c $(xenstored-core-sources)
unit-xenstored-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools

unit-xenstored_clients-sources = tests/unit/xenstored/test_clients.c \
	tests/unit/xenstored/fake_hypervisor.c \
	$(filter-out %/hypervisor_xen.c,$(tool-xenstored-sources))
unit-xenstored_clients-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-xenstored_clients-libs := -lxenstore
