# SPDX-License-Identifier: GPL-2.0-or-later
#
# The whole build, non-recursive. `make help` lists the targets. Each folder with sources names
# them in its files.mk; the pieces are in scripts/make/. Nothing is written outside $(O), except
# by `make install`.

O ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
LD := ld.bfd
OBJCOPY ?= objcopy
NM ?= nm
FUZZ_SECONDS ?= 30
DESTDIR ?=
PREFIX ?= /usr
BOOTDIR ?= /boot

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(or $(JOBS),$(shell nproc))
endif
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDEXPANSION:

goals := $(or $(MAKECMDGOALS),all)

# Goals that a bare machine may start with install what they miss, before anything is read.
ifneq ($(filter run test bench image iso setup,$(goals)),)
ifeq ($(MAKELEVEL)$(MAKE_RESTARTS),0)
ifneq ($(shell scripts/setup >&2 && echo ready),ready)
$(error scripts/setup could not install the packages that this goal needs)
endif
endif
endif

.PHONY: all
all: hypervisor tools

needs-config := $(filter-out clean docs help setup lint defconfig minconfig,$(goals))
include scripts/make/config.mk
include $(sort $(wildcard hypervisor/files.mk hypervisor/*/files.mk hypervisor/*/*/files.mk \
	arch/x86/files.mk arch/x86/*/files.mk arch/x86/*/*/files.mk))
include $(sort $(wildcard tools/*/files.mk tests/unit/*/files.mk tests/fuzz/*/files.mk))
include scripts/make/hypervisor.mk
include scripts/make/tools.mk
include scripts/make/host.mk
include scripts/make/suites.mk
include $(wildcard tests/guest/rules.mk tests/system/rules.mk tests/bench/rules.mk)

.PHONY: setup run bench image iso install clean help FORCE
setup:
	@:

run: hypervisor tools
	@O=$(O) scripts/run $(RUN)

bench:
	@$(call run-if-there,bench,tests/bench/run)

image: hypervisor tools
	@O=$(O) scripts/image $(IMAGE)

ISO ?= --kernel $(O)/dom0/vmlinuz --initrd $(O)/dom0/trestle-dom0.img --cmdline 'dom0_mem=256M,max:256M' \
	--kernel-args 'console=tty0 console=hvc0 swiotlb=8192'
iso: image
	@O=$(O) scripts/iso --hypervisor $(O)/trestle.elf --output $(O)/trestle.iso $(ISO)

install: hypervisor tools
	@O=$(O) DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) BOOTDIR=$(BOOTDIR) scripts/install

clean:
	rm -rf $(O)

help:
	@sed -n 's/^#: //p' scripts/make/help

FORCE:
