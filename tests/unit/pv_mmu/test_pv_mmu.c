/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The PV MMU: good and hostile tables, updates, extended operations, faults, the end of a domain. */
#include "tests.h"

int main(void)
{
	return validate_tests() + update_tests() + extended_tests() + fault_tests() + life_tests();
}
