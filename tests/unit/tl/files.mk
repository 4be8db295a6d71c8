# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += tl
unit-tl-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-tl-sources = tests/unit/tl/test_command.c tools/tl/command.c tools/tl/help.c tools/libdom/alloc.c \
	tools/libctl/failure.c
# Listings against what the peer's xl printed.
unit-tests += tl_golden
unit-tl_golden-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools -Itests/unit/libdevice
unit-tl_golden-sources = tests/unit/tl/test_golden.c tests/unit/tl/peer.c tests/unit/tl/peer_devices.c \
	tests/unit/libdevice/fake_xenstore.c \
	$(addprefix tools/tl/,command.c invocation.c list.c census.c vcpu.c host.c scheduling.c \
	pools.c pool_list.c block.c network.c attach.c saved_plan.c domain_state.c domid.c refused.c) \
	$(addprefix tools/libdom/,domain.c pool.c store.c store_batch.c store_pipe.c) $(libdom-pure-sources)
unit-tl_golden-libs = -ljansson -luuid
# The console's client, and the saved plan.
unit-tests += tl_console
unit-tl_console-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-tl_console-sources = tests/unit/tl/test_console.c tests/unit/libdom/made.c \
	$(addprefix tools/tl/,console_stream.c saved_plan.c) $(libdom-pure-sources)
unit-tl_console-libs = -ljansson -luuid
