# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += libctl
unit-libctl-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-libctl-sources = tests/unit/libctl/test_libctl.c tests/unit/libctl/test_domain.c \
	tests/unit/libctl/test_machine.c tests/unit/libctl/test_failure.c \
	tests/unit/libctl/fake_xen.c $(archive-libctl-sources)
