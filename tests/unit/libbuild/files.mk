# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += libbuild
unit-libbuild-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-libbuild-sources = tests/unit/libbuild/test_main.c tests/unit/libbuild/support.c \
	tests/unit/libbuild/test_image.c tests/unit/libbuild/test_notes.c \
	tests/unit/libbuild/test_unpack.c tests/unit/libbuild/test_layout.c \
	tests/unit/libbuild/test_tables.c tests/unit/libbuild/test_kernel.c \
	tests/unit/libbuild/test_pv.c tests/unit/libbuild/fake_ctl.c \
	$(archive-libbuild-sources) tools/libctl/failure.c
unit-libbuild-libs = $(libbuild-libs)
