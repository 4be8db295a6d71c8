# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += tl
unit-tl-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-tl-sources = tests/unit/tl/test_command.c tools/tl/command.c tools/tl/help.c \
	tools/libdom/alloc.c tools/libctl/failure.c
# Listings against what the peer's xl printed.
unit-tests += tl_golden
unit-tl_golden-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools -Itests/unit/libdevice
unit-tl_golden-sources = tests/unit/tl/test_golden.c tests/unit/tl/peer.c \
	tests/unit/tl/peer_devices.c tests/unit/libdevice/fake_xenstore.c tests/unit/libdevice/fake_xenstore_wire.c tools/tl/command.c \
	tools/tl/invocation.c tools/tl/list.c tools/tl/census.c tools/tl/vcpu.c tools/tl/host.c \
	tools/tl/scheduling.c tools/tl/pools.c tools/tl/pool_list.c tools/tl/block.c tools/tl/network.c \
	tools/tl/attach.c tools/tl/saved_plan.c tools/tl/domain_state.c tools/tl/domid.c \
	tools/tl/refused.c tools/tl/domain_config.c tools/tl/json_text.c tools/libdom/domain.c tools/libdom/pool.c \
	$(libdom-store-sources) $(libdom-pure-sources)
unit-tl_golden-libs = -ljansson -luuid
# Configurations, the same way.
unit-tests += tl_configs
unit-tl_configs-cflags = $(unit-tl_golden-cflags)
unit-tl_configs-sources = tests/unit/tl/test_configs.c tests/unit/libdom/made.c \
	tests/unit/tl/peer.c tests/unit/tl/peer_devices.c tests/unit/libdevice/fake_xenstore.c \
	tests/unit/libdevice/fake_xenstore_wire.c tools/tl/domain_config.c tools/tl/json_text.c \
	tools/libdom/domain.c tools/libdom/pool.c $(libdom-store-sources) $(libdom-pure-sources)
unit-tl_configs-libs = -ljansson -luuid
# The console's client, and the saved plan.
unit-tests += tl_console
unit-tl_console-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-tl_console-sources = tests/unit/tl/test_console.c tests/unit/libdom/made.c \
	tools/tl/console_stream.c tools/tl/saved_plan.c $(libdom-pure-sources)
unit-tl_console-libs = -ljansson -luuid
