# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += kernel_image
fuzz-kernel_image-cflags := -D_GNU_SOURCE -D__XEN_TOOLS__ -Itools
fuzz-kernel_image-sources = tests/fuzz/kernel_image/fuzz_kernel_image.c $(libbuild-pure-sources)
fuzz-kernel_image-libs = $(libbuild-libs)
