/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of references and types share: a fresh page, and what validation answers. */
#ifndef TEST_PAGE_NEIGHBOURS_H
#define TEST_PAGE_NEIGHBOURS_H

#include "fake.h"

struct page *page_new(struct domain *d);
/* What the next validation or invalidation of a table returns; 0 after that. */
extern int validate_answer, invalidate_answer;
extern unsigned int nr_validations, nr_invalidations, nr_flushes;
/* Called in the flush that a change of type makes. */
extern void (*flush_hook)(const struct domain *d);

int threads_race_for_references(void);
int threads_race_for_types(void);

#endif
