# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `make bench` boots: the bench guest (tests/bench/guest on the library of tests/guest), a RAM
# disk with the loops of tests/bench/linux as its first process, dom0's RAM disk with the tools of both
# sides and tests/bench/tools, the hypervisor without assertions, Debian's kernel.

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

$(bench-o)/initrd: tests/bench/linux/loops.c tests/bench/rules.mk
	@mkdir -p $(bench-o)/tree
	@$(or $(filter-out cc,$(CC)),gcc) -std=gnu11 -O2 -static -s -D_GNU_SOURCE -Wall -Wextra -Werror \
		-o $(bench-o)/tree/init $<
	@cd $(bench-o)/tree && echo init | cpio --quiet --create --format=newc --owner=0:0 >../initrd.new
	@mv $@.new $@

bench-tools-cc := $(or $(filter-out cc,$(CC)),gcc) -std=gnu11 -O2 -static -s -D_GNU_SOURCE -Wall -Wextra \
	-Wno-unused-parameter -Werror
bench-tools-sources := $(filter-out %/inside.c,$(wildcard tests/bench/tools/*.c))
bench-tools-headers := $(wildcard tests/bench/tools/*.h)

$(bench-o)/tools/init: $(bench-tools-sources) $(bench-tools-headers) tests/bench/rules.mk
	@mkdir -p $(@D)
	@$(bench-tools-cc) -o $@ $(bench-tools-sources) -lxenstore -lxentoolcore -lpthread

$(bench-o)/tools/inside: tests/bench/tools/inside.c tests/bench/tools/wire.c $(bench-tools-headers) tests/bench/rules.mk
	@mkdir -p $(@D)
	@$(bench-tools-cc) -o $@ $(filter %.c,$^)

.PHONY: bench-images bench-release
bench-images: $(bench-o)/bench.elf $(bench-o)/initrd $(bench-o)/tools/init $(bench-o)/tools/inside tools
	@O=$(O) scripts/dom0 --unpacked
	@O=$(O) tests/bench/tools/image

bench-release:
	@+$(MAKE) --no-print-directory O=$(O)/release minconfig
	@+$(MAKE) --no-print-directory O=$(O)/release hypervisor

bench: bench-images bench-release

-include $(bench-objects:.o=.d)
