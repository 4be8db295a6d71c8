# SPDX-License-Identifier: GPL-2.0-or-later
# What of libdom is pure.
libdom-pure-sources = tools/libdom/alloc.c tools/libdom/config.c tools/libdom/config_lex.c \
	tools/libdom/cpulist.c tools/libdom/ending.c tools/libdom/keys.c tools/libdom/keys_guest.c \
	tools/libdom/names.c tools/libdom/plan.c tools/libdom/plan_describe.c \
	tools/libdom/plan_fields.c tools/libdom/policy.c tools/libdom/runtime.c \
	tools/libdom/runtime_state.c \
	tools/libdom/settings.c tools/libdom/disk_spec.c tools/libdom/disk_vdev.c \
	tools/libdom/userdata.c tools/libdom/vif.c \
	tools/libdom/vif_rate.c tools/libdom/vif_spec.c tools/libdom/spec_script.c tools/libctl/failure.c
unit-tests += libdom
unit-libdom-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-libdom-sources = tests/unit/libdom/test_libdom.c tests/unit/libdom/test_config.c \
	tests/unit/libdom/test_keys.c tests/unit/libdom/test_plan.c tests/unit/libdom/test_cpulist.c \
	tests/unit/libdom/test_policy.c tests/unit/libdom/test_ending.c \
	tests/unit/libdom/test_runtime.c tests/unit/libdom/test_pairs.c tests/unit/libdom/made.c \
	$(libdom-pure-sources)
unit-libdom-libs = -ljansson -luuid
# The store over whatever serves as libstore's wire.
libdom-store-sources = tools/libdom/store.c tools/libdom/store_batch.c tools/libdom/store_revive.c \
	tools/libstore/store_link.c tools/libstore/store_pipe.c tools/libstore/store_wait.c
# Creation, ends, cores on a machine that remembers.
libdom-life-sources = tests/unit/libdom/world.c tests/unit/libdom/world_devices.c \
	tests/unit/libdom/made.c tests/unit/libdevice/fake_xenstore.c tests/unit/libdevice/fake_xenstore_wire.c \
	tools/libdom/create.c \
	tools/libdom/creation_domain.c tools/libdom/creation_memory.c tools/libdom/creation_store.c \
	tools/libdom/destroy.c tools/libdom/domain.c tools/libdom/dump.c tools/libdom/dump_format.c \
	tools/libdom/ending_deed.c tools/libdom/ending_facts.c tools/libdom/plan_machine.c tools/libdom/policy_apply.c tools/libdom/pool.c \
	$(libdom-store-sources) $(libdom-pure-sources)
unit-tests += libdom_create
unit-libdom_create-cflags = $(unit-libdom-cflags) -Itests/unit/libdevice
unit-libdom_create-sources = tests/unit/libdom/test_create.c tests/unit/libdom/test_dump.c \
	tools/libdom/wait.c $(libdom-life-sources)
unit-libdom_create-libs = -ljansson -luuid
# The monitor as a process.
unit-tests += libdom_monitor
unit-libdom_monitor-cflags = $(unit-libdom_create-cflags)
unit-libdom_monitor-sources = tests/unit/libdom/test_monitor.c \
	$(monitor-sources) tools/libdom/monitor_client.c \
	tools/libdom/ready.c tools/libdom/self.c $(libdom-life-sources)
unit-libdom_monitor-libs = -ljansson -luuid
