# SPDX-License-Identifier: GPL-2.0-or-later
tool-archives += libdom
archive-libdom-sources := $(sort $(wildcard tools/libdom/*.c))
# What a program that links it names as well, beside libbuild's and libctl's.
libdom-libs := -lxenstore -ljansson -luuid -lnl-route-3 -lnl-3
$(O)/tools/obj/tools/libdom/network.o: tools-cflags += -isystem /usr/include/libnl3
