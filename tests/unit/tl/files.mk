# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += tl
unit-tl-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-tl-sources = tests/unit/tl/test_command.c tools/tl/command.c tools/tl/help.c tools/libdom/alloc.c \
	tools/libctl/failure.c
