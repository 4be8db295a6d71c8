/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of the test, given by the build as TEST_NAME. */
#include "guest/test.h"

const char test_name[] = TEST_NAME;
