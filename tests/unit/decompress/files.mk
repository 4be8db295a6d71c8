# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += decompress
unit-decompress-sources = tests/unit/decompress/test_decompress.c tests/unit/decompress/test_corrupt.c \
	tests/unit/decompress/test_kernel.c tests/unit/decompress/test_pieces.c \
	tests/unit/decompress/sample.c hypervisor/lib/bzimage.c hypervisor/lib/elf.c \
	hypervisor/lib/pvnotes.c $(decompress-sources)
