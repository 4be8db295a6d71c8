# SPDX-License-Identifier: GPL-2.0-or-later
#
# The bench guest: tests/bench/guest on the library of tests/guest.

bench-o := $(O)/tests/bench
bench-sources := $(wildcard tests/bench/guest/*.c tests/bench/guest/*.S)
bench-objects := $(patsubst tests/bench/guest/%,$(bench-o)/%.o,$(bench-sources))

$(bench-objects): $(bench-o)/%.o: tests/bench/guest/% tests/bench/rules.mk tests/guest/rules.mk
	@mkdir -p $(@D)
	@$(guest-cc) $(guest-cflags) -Itests/bench/guest -MMD -MP -c -o $@ $<

$(bench-o)/name.o: tests/guest/lib/name.c tests/bench/rules.mk
	@mkdir -p $(@D)
	@$(guest-cc) $(guest-cflags) -DTEST_NAME='"bench"' -c -o $@ $<

$(bench-o)/bench.elf: $(bench-objects) $(bench-o)/name.o $(guest-lib-objects) tests/guest/lib/guest.lds
	@ld.bfd -nostdlib -static -z noexecstack --no-warn-rwx-segments -z max-page-size=4096 \
		-T tests/guest/lib/guest.lds -o $@ $(filter %.o,$^)

.PHONY: bench-images
bench-images: $(bench-o)/bench.elf
bench: bench-images

-include $(bench-objects:.o=.d)
