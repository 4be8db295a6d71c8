# SPDX-License-Identifier: GPL-2.0-or-later
# What of libdom is pure, and the text half of tl's frame.
libdom-pure-sources = $(addprefix tools/libdom/,alloc.c config.c config_lex.c cpulist.c ending.c keys.c \
	keys_guest.c names.c plan.c plan_describe.c plan_fields.c policy.c runtime.c settings.c \
	disk_spec.c disk_vdev.c vif.c vif_rate.c vif_spec.c) tools/libctl/failure.c
unit-tests += libdom
unit-libdom-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-libdom-sources = tests/unit/libdom/test_libdom.c tests/unit/libdom/test_config.c \
	tests/unit/libdom/test_keys.c tests/unit/libdom/test_plan.c tests/unit/libdom/test_cpulist.c \
	tests/unit/libdom/test_policy.c tests/unit/libdom/test_ending.c \
	tests/unit/libdom/test_runtime.c tests/unit/libdom/test_pairs.c tests/unit/libdom/made.c \
	$(libdom-pure-sources)
unit-libdom-libs = -ljansson -luuid
# Creation on a machine that remembers.
unit-tests += libdom_create
unit-libdom_create-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools -Itests/unit/libdevice
unit-libdom_create-sources = tests/unit/libdom/test_create.c tests/unit/libdom/test_dump.c tests/unit/libdom/world.c tests/unit/libdom/world_devices.c \
	tests/unit/libdom/made.c tests/unit/libdevice/fake_xenstore.c \
	$(addprefix tools/libdom/,create.c creation_domain.c creation_memory.c creation_store.c \
	destroy.c domain.c dump.c dump_format.c ending_deed.c policy_apply.c pool.c store.c store_batch.c wait.c) \
	$(libdom-pure-sources)
unit-libdom_create-libs = -ljansson -luuid
# The monitor as a process.
unit-tests += libdom_monitor
unit-libdom_monitor-cflags = $(unit-libdom_create-cflags)
unit-libdom_monitor-sources = tests/unit/libdom/test_monitor.c tests/unit/libdom/world.c \
	tests/unit/libdom/world_devices.c tests/unit/libdom/made.c \
	tests/unit/libdevice/fake_xenstore.c \
	$(addprefix tools/libdom/,create.c creation_domain.c creation_memory.c creation_store.c \
	destroy.c domain.c dump.c dump_format.c ending_deed.c monitor.c monitor_clients.c \
	monitor_client.c monitor_deeds.c policy_apply.c pool.c ready.c store.c store_batch.c) \
	$(libdom-pure-sources)
unit-libdom_monitor-libs = -ljansson -luuid
