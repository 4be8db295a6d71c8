# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += kernel_payload
fuzz-kernel_payload-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
fuzz-kernel_payload-sources := tests/fuzz/kernel_payload/fuzz_kernel_payload.c \
	tools/libbuild/unpack.c tools/libbuild/unpack_lz4.c tools/libbuild/reason.c
fuzz-kernel_payload-libs = $(libbuild-libs)
