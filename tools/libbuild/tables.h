/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A new domain's first page tables, written into memory that is (or, in tests, stands for) its
 * tables' frames. The tables themselves are mapped read-only, as the hypervisor demands.
 */
#ifndef LIBBUILD_TABLES_H
#define LIBBUILD_TABLES_H

#include "libbuild/layout.h"

/* tables: layout->nr_tables pages, the root first; p2m: the machine frame of each pfn. 0, or -1 when
 * the layout's count of tables does not suffice (it does for every layout of layout_make()). */
int tables_write(const struct build_layout *layout, const uint64_t *p2m, uint64_t *tables);

#endif
