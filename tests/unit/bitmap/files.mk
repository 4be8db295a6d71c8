# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += bitmap
unit-bitmap-sources := tests/unit/bitmap/test_bitmap.c
