# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += disk_spec
fuzz-disk_spec-sources = tests/fuzz/disk_spec/fuzz_disk_spec.c tools/libdom/disk_spec.c tools/libdom/spec_script.c \
	tools/libdom/disk_vdev.c
fuzz-disk_spec-cflags = -D_GNU_SOURCE -Itools
