/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_xen.h"

int main(void)
{
	return run_failure_cases() + run_domain_cases() + run_machine_cases();
}
