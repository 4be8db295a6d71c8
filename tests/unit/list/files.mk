# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += list
unit-list-sources := tests/unit/list/test_list.c
