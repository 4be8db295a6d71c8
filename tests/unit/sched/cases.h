/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cases of each file, for main.c. */
#ifndef CASES_H
#define CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "hv/sched.h"
#include "simulation.h"

/* A case that runs a scenario on that many CPUs under that policy. */
#define SCENARIO(nr, policy, name)                                  \
	static void test_##name(void **state)                       \
	{                                                           \
		(void)state;                                        \
		assert_int_equal(simulate(nr, &(policy), name), 0); \
	}

int run_credit_cases(void);
int run_null_cases(void);
int run_rt_cases(void);
int run_pool_cases(void);
int run_hotplug_cases(void);
int run_core_cases(void);
int run_operation_cases(void);

#endif
