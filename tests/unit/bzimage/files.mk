# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += bzimage
unit-bzimage-sources := tests/unit/bzimage/test_bzimage.c hypervisor/lib/bzimage.c
