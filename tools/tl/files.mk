# SPDX-License-Identifier: GPL-2.0-or-later
# Each file is a command or part of the frame; descriptors are collected by the linker.
tools += tl
tool-tl-sources := $(sort $(wildcard tools/tl/*.c))
tool-tl-archives := libdom libstore libbuild libctl
tool-tl-libs = $(libdom-libs) $(libbuild-libs) $(libctl-libs)
