# SPDX-License-Identifier: GPL-2.0-or-later
residents += consoled
# Nothing here speaks to the hypervisor or the store: what the tests and the fuzzers take.
consoled-pure-sources := tools/consoled/ring.c tools/consoled/history.c tools/consoled/logfile.c \
	tools/consoled/request.c
tool-consoled-sources := $(consoled-pure-sources) tools/consoled/loop.c tools/consoled/console.c \
	tools/consoled/reader.c tools/consoled/client.c tools/consoled/guest.c \
	tools/consoled/hypervisor.c tools/consoled/store.c tools/consoled/ready.c \
	tools/consoled/main.c
tool-consoled-archives := libstore libctl
tool-consoled-libs = $(libctl-libs) -lxenevtchn -lxengnttab -ljansson
