# SPDX-License-Identifier: GPL-2.0-or-later
tool-archives += libbuild
# Nothing here speaks to the hypervisor: what the unit tests and the fuzzer take.
libbuild-pure-sources := tools/libbuild/reason.c tools/libbuild/notes.c tools/libbuild/image.c \
	tools/libbuild/bzimage.c tools/libbuild/unpack.c tools/libbuild/unpack_lz4.c \
	tools/libbuild/layout.c tools/libbuild/tables.c tools/libbuild/start.c
archive-libbuild-sources := $(libbuild-pure-sources) tools/libbuild/kernel.c \
	tools/libbuild/chunks.c tools/libbuild/cache.c tools/libbuild/memory.c tools/libbuild/load.c tools/libbuild/pv.c
# What a program that links it names as well.
libbuild-libs := -lz -llzma -lzstd -llz4
