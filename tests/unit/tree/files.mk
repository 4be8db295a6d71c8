# SPDX-License-Identifier: GPL-2.0-or-later
unit-tests += tree
unit-tree-sources := tests/unit/tree/test_tree.c hypervisor/lib/tree.c
