# SPDX-License-Identifier: GPL-2.0-or-later
tool-archives += libctl
archive-libctl-sources := tools/libctl/failure.c tools/libctl/handle.c tools/libctl/domain.c \
	tools/libctl/memory.c tools/libctl/vcpu.c tools/libctl/policy.c tools/libctl/device.c \
	tools/libctl/scheduler.c tools/libctl/machine.c
# What a program that links it names as well.
libctl-libs := -lxencall -lxenforeignmemory
