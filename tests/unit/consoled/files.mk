# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += consoled
unit-consoled-sources = tests/unit/consoled/test_consoled.c tests/unit/consoled/test_logfile.c \
	$(consoled-pure-sources)
unit-consoled-cflags := -Itools -D_GNU_SOURCE
unit-consoled-libs := -ljansson
