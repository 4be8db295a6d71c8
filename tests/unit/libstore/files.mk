# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += libstore
unit-libstore-cflags = -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
unit-libstore-sources = tests/unit/libstore/test_libstore.c $(archive-libstore-sources)
