/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The groups of this unit, and a plan from text. */
#ifndef TEST_LIBDOM_H
#define TEST_LIBDOM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libdom/plan.h"

int test_config(void);
int test_keys(void);
int test_plan(void);
int test_cpulist(void);
int test_policy(void);
int test_ending(void);
int test_runtime(void);
int test_pairs(void);
int test_dump(void);

/* 0 and a plan, or -1; notes and the failure as they came. */
struct made {
	struct config config;
	struct plan plan;
	struct settings settings;
	struct strings notes;
	struct failure failure;
};
int made_from(struct made *made, const char *source, const char *text);
void made_free(struct made *made);

#endif
