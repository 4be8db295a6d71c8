/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tests' tables; those that need what this machine does not give are skipped with a reason. */
#ifndef TEST_LIBDEVICE_HOST_H
#define TEST_LIBDEVICE_HOST_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct host_tests {
	const struct CMUnitTest *tests;
	size_t count;
};
extern const struct host_tests loop_tests, network_tests;

#endif
