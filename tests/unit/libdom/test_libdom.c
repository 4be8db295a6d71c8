/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the groups. */
#include "libdom.h"

int main(void)
{
	return test_config() + test_keys() + test_plan() + test_cpulist() + test_policy() +
	       test_ending() + test_runtime() + test_pairs();
}
