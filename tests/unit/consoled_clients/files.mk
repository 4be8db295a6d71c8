# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += consoled_clients
unit-consoled_clients-sources = tests/unit/consoled_clients/test_consoled_clients.c \
	tests/unit/consoled_clients/fixture.c tools/consoled/console.c tools/consoled/reader.c \
	tools/consoled/client.c tools/consoled/loop.c $(consoled-pure-sources)
unit-consoled_clients-cflags := -Itools -D_GNU_SOURCE
unit-consoled_clients-libs := -ljansson
