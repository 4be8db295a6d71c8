# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/system/run makes what dom0 boots by scripts/dom0, which keeps it; one test kernel is tests/guest's.

.PHONY: system-images
system-images: tools $(O)/tests/guest/start-of-day-reaches-the-test.elf
