# SPDX-License-Identifier: GPL-2.0-or-later
tool-archives += libstore
archive-libstore-sources := tools/libstore/store_link.c tools/libstore/store_pipe.c \
	tools/libstore/store_wait.c tools/libstore/store_wire.c
