# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds the test kernels: $(O)/tests/guest/<name>.elf for each directory with a files.mk, which says
#   guest-tests += <name>
# and, for tests/guest/run, any of
#   guest-<name>-cpus := 2           processors and vcpus
#   guest-<name>-memory := 256       MiB of the machine
#   guest-<name>-timeout := 60       seconds
#   guest-<name>-accel := tcg,thread=multi  where processors must run at the same time
#   guest-<name>-module := <file>    a RAM disk behind the kernel
#   guest-<name>-qemu := <options>   more of them
#   guest-<name>-options := <words>  command line of the domain
#   guest-<name>-hypervisor := <words>  more of the hypervisor's command line
#   guest-<name>-expect := <pattern> console text that must appear instead of a result
#   guest-<name>-only := trestle <why>  not for the peer
#   guest-<name>-known-fail := <issue>
#   guest-<name>-peer-differs := <why>  the peer is known to answer otherwise

include $(sort $(wildcard tests/guest/*/files.mk))

guest-o := $(O)/tests/guest
guest-cflags := -std=gnu11 -O2 -g -ffreestanding -fno-pic -mcmodel=kernel -mno-red-zone \
	-mgeneral-regs-only -fno-stack-protector -fno-strict-aliasing -fno-common -fno-builtin-printf \
	-fno-asynchronous-unwind-tables -fcf-protection=none -fno-tree-loop-distribute-patterns \
	-Wall -Wextra -Werror -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wno-unused-parameter -Itests/guest/include -Ihypervisor/include
guest-cc := $(or $(filter-out cc,$(CC)),gcc)

guest-lib-sources := $(filter-out tests/guest/lib/name.c,$(wildcard tests/guest/lib/*.c)) \
	$(wildcard tests/guest/lib/*.S)
guest-lib-objects := $(patsubst tests/guest/%,$(guest-o)/%.o,$(guest-lib-sources))
guest-images := $(patsubst %,$(guest-o)/%.elf,$(sort $(guest-tests)))

$(guest-lib-objects): $(guest-o)/%.o: tests/guest/% tests/guest/rules.mk
	@mkdir -p $(@D)
	@$(guest-cc) $(guest-cflags) -MMD -MP -c -o $@ $<

$(guest-images:.elf=.o): $(guest-o)/%.o: tests/guest/%/main.c tests/guest/rules.mk
	@mkdir -p $(@D)
	@$(guest-cc) $(guest-cflags) -MMD -MP -c -o $@ $<

$(guest-images:.elf=.name.o): $(guest-o)/%.name.o: tests/guest/lib/name.c tests/guest/rules.mk
	@mkdir -p $(@D)
	@$(guest-cc) $(guest-cflags) -DTEST_NAME='"$*"' -c -o $@ $<

$(guest-images): $(guest-o)/%.elf: $(guest-o)/%.o $(guest-o)/%.name.o $(guest-lib-objects) \
		tests/guest/lib/guest.lds
	@ld.bfd -nostdlib -static -z noexecstack --no-warn-rwx-segments -z max-page-size=4096 \
		-T tests/guest/lib/guest.lds -o $@ $(filter %.o,$^)

.PHONY: guest-images
guest-images: $(guest-images)

-include $(guest-lib-objects:.o=.d) $(guest-images:.elf=.d)
