# SPDX-License-Identifier: GPL-2.0-or-later
#
# tests/system/run makes what it boots by scripts/dom0, which keeps it.

.PHONY: system-images
system-images:
