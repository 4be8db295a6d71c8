# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += libdevice
unit-libdevice-sources = tests/unit/libdevice/test_libdevice.c tests/unit/libdevice/test_disk.c \
	tests/unit/libdevice/test_vif.c tests/unit/libdevice/test_store.c \
	tests/unit/libdevice/test_device.c tests/unit/libdevice/test_removal.c tests/unit/libdevice/test_claim.c \
	tests/unit/libdevice/test_qemu.c tests/unit/libdevice/fake_xenstore.c tests/unit/libdevice/fake_xenstore_wire.c \
	tests/unit/libdevice/fake_host.c tests/unit/libdevice/bench.c \
	$(filter-out tools/libdom/loop.c tools/libdom/network.c,$(wildcard tools/libdom/store*.c \
	tools/libdom/spec_script.c tools/libdom/disk*.c tools/libdom/vif*.c tools/libdom/device*.c tools/libdom/qemu*.c)) \
	tools/libstore/store_link.c tools/libstore/store_pipe.c tools/libstore/store_wait.c tools/libctl/failure.c
unit-libdevice-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-libdevice-libs = -ljansson
