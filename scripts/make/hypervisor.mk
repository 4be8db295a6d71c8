# SPDX-License-Identifier: GPL-2.0-or-later
#
# The hypervisor: objects, two links round the symbol table, the ELF32 that boot loaders take.

.PHONY: hypervisor objects
hypervisor: $(O)/trestle.elf

obj := $(O)/obj
objects-y := $(patsubst %,$(obj)/%.o,$(basename $(sources-y)))
linker-script := arch/x86/boot/trestle.lds

# The image runs at an address outside the top 2 GiB, which belong to the PV kernel: hence -fpie
# and never -mcmodel=kernel.
target-flags := -ffreestanding -fpie -mno-red-zone -mgeneral-regs-only -mno-80387 \
	-fno-stack-protector -fno-strict-aliasing -fno-common -fno-asynchronous-unwind-tables \
	-fno-omit-frame-pointer -fno-delete-null-pointer-checks -fcf-protection=none
warning-flags := -Wall -Wextra -Werror -Wshadow -Wmissing-prototypes -Wstrict-prototypes \
	-Wold-style-definition -Wundef -Wvla -Wimplicit-fallthrough -Wno-unused-parameter
map-flags := -ffile-prefix-map=$(abspath $(O))=build -ffile-prefix-map=$(CURDIR)=. \
	$(if $(filter-out build,$(O)),-ffile-prefix-map=$(O)=build) \
	$(if $(findstring clang,$(CC)),-fdebug-compilation-dir=.)
include-flags := -Ihypervisor/include -Iarch/x86/include -I$(O)/include \
	-include $(autoconf-h) -include hypervisor/include/hv/config.h
CFLAGS ?= -O2 -g
hv-cppflags := $(include-flags) $(map-flags)
hv-cflags := -std=gnu11 $(CFLAGS) $(target-flags) $(warning-flags)
hv-ldflags := -m elf_x86_64 -nostdlib -static --build-id=sha1 -z noexecstack -z max-page-size=4096 --fatal-warnings

# Version and date are those of the commit, so that the same commit makes the same bytes.
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo unversioned)
SOURCE_DATE_EPOCH ?= $(or $(shell git log -1 --format=%ct 2>/dev/null),0)
version := $(VERSION)
export SOURCE_DATE_EPOCH := $(SOURCE_DATE_EPOCH)
version-h := $(O)/include/generated/version.h
flags-stamp := $(obj)/flags

# $(call update,file): replaces the file by stdin only when the content differs.
update = mkdir -p $(dir $(1)) && cat >$(1).new && { cmp -s $(1).new $(1) && rm $(1).new || mv $(1).new $(1); }

$(version-h): FORCE
	@scripts/version-header '$(version)' '$(SOURCE_DATE_EPOCH)' '$(CC)' | { $(call update,$@); }

$(flags-stamp): FORCE
	@echo '$(CC) $(hv-cppflags) $(hv-cflags) $(hv-ldflags)' | { $(call update,$@); }

$(obj)/%.o: %.c $(flags-stamp) $(autoconf-h) | $(version-h)
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(hv-cppflags) $(hv-cflags) -MD -MP -c $< -o $@

$(obj)/%.o: %.S $(flags-stamp) $(autoconf-h) | $(version-h)
	@mkdir -p $(@D)
	@echo "  AS      $<"
	@$(CC) $(hv-cppflags) $(filter-out -std=%,$(hv-cflags)) -MD -MP -c $< -o $@

$(obj)/trestle.lds: $(linker-script) $(flags-stamp) $(autoconf-h)
	@$(CC) $(hv-cppflags) -MD -MP -MT $@ -MF $@.d -E -P -Ulinux -Uunix -x assembler-with-cpp $< -o $@

objects: $(objects-y)

# Functions sit below the table in the image, so the second link already has their final
# addresses; the script links once more when they moved, and says so when they never settle.
$(O)/trestle-syms.elf: $(objects-y) $(obj)/trestle.lds scripts/link scripts/symbols
	@$(if $(objects-y),,echo "no files.mk names a source yet" >&2; exit 1)
	@echo "  LINK    $@"
	@CC='$(CC) $(map-flags)' LD='$(LD) $(hv-ldflags)' NM='$(NM)' scripts/link $@ $(obj)/trestle.lds $(O)/symbols.S $(objects-y)

$(O)/trestle.elf: $(O)/trestle-syms.elf scripts/elf64to32
	@echo "  ELF32   $@"
	@scripts/elf64to32 $< $@

ifneq ($(needs-config),)
-include $(objects-y:.o=.d) $(obj)/trestle.lds.d
endif
