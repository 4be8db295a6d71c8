/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of the tests of the PV MMU, one per source. */
#ifndef TEST_PV_MMU_TESTS_H
#define TEST_PV_MMU_TESTS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "guest.h"

#define TEST(name) cmocka_unit_test_setup(name, guest_setup)

int validate_tests(void);
int update_tests(void);
int extended_tests(void);
int fault_tests(void);
int life_tests(void);

#endif
