# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += libdevice_host
unit-libdevice_host-sources = tests/unit/libdevice_host/test_libdevice_host.c \
	tests/unit/libdevice_host/test_network.c tests/unit/libdevice_host/test_loop.c \
	tools/libdom/loop.c tools/libdom/network.c tools/libdom/disk_target.c tools/libdom/disk_spec.c tools/libdom/spec_script.c \
	tools/libdom/disk_vdev.c tools/libdom/qemu.c tools/libdom/vif.c tools/libctl/failure.c
unit-libdevice_host-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools -isystem /usr/include/libnl3
unit-libdevice_host-libs = -lnl-route-3 -lnl-3
