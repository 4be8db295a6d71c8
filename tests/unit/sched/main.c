/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cases.h"

int main(void)
{
	int failed = run_core_cases();

	failed += run_operation_cases();
	failed += run_credit_cases();
	failed += run_null_cases();
	failed += run_rt_cases();
	failed += run_hotplug_cases();
	return failed + run_pool_cases();
}
