# SPDX-License-Identifier: GPL-2.0-or-later
tool-archives += libdom
archive-libdom-sources := $(sort $(wildcard tools/libdom/*.c))
# What a program that links it names as well, beside libbuild's and libctl's. libnl's kinds of links and
# queues register themselves.
libdom-libs := -ljansson -luuid -Wl,--whole-archive -lnl-route-3 -lnl-3 -Wl,--no-whole-archive
$(O)/tools/obj/tools/libdom/network.o: tools-cflags += -isystem /usr/include/libnl3
