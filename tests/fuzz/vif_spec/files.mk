# SPDX-License-Identifier: GPL-2.0-or-later
fuzzers += vif_spec
fuzz-vif_spec-sources = tests/fuzz/vif_spec/fuzz_vif_spec.c tools/libdom/vif_spec.c tools/libdom/spec_script.c \
	tools/libdom/vif_rate.c tools/libdom/vif.c tools/libctl/failure.c
fuzz-vif_spec-cflags = -D_GNU_SOURCE -Itools
