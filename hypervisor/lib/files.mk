# SPDX-License-Identifier: GPL-2.0-or-later
sources-y += hypervisor/lib/string.c
sources-y += hypervisor/lib/format.c
sources-y += hypervisor/lib/rangeset.c
sources-y += hypervisor/lib/tree.c
sources-y += hypervisor/lib/elf.c
sources-y += hypervisor/lib/bzimage.c
sources-y += hypervisor/lib/pvnotes.c

# By name, since tests and fuzzers link all of them too.
decompress-sources := \
	hypervisor/lib/decompress/decompress.c \
	hypervisor/lib/decompress/crc.c \
	hypervisor/lib/decompress/xxhash.c \
	hypervisor/lib/decompress/sha256.c \
	hypervisor/lib/decompress/xz.c \
	hypervisor/lib/decompress/lzma2.c \
	hypervisor/lib/decompress/lzma.c \
	hypervisor/lib/decompress/bcj_x86.c \
	hypervisor/lib/decompress/gzip.c \
	hypervisor/lib/decompress/inflate.c \
	hypervisor/lib/decompress/lz4.c \
	hypervisor/lib/decompress/zstd.c \
	hypervisor/lib/decompress/zstd_fse.c \
	hypervisor/lib/decompress/zstd_literals.c \
	hypervisor/lib/decompress/zstd_sequences.c
sources-y += $(decompress-sources)
