/* SPDX-License-Identifier: GPL-2.0-or-later */
/* start_info.cmd_line holds the words behind the kernel's name in the boot loader's line. */
#include "guest/start.h"
#include "guest/test.h"

void test_main(void)
{
	printf("command line: '%s'\n", (const char *)start_info->cmd_line);
	CHECK(test_has_option("quiet"));
	CHECK(test_has_option("colour=blue"));
	CHECK_EQUAL(test_option_number("number", 0), 42);
	CHECK(!test_has_option("absent"));
	CHECK(strlen((const char *)start_info->cmd_line) < MAX_GUEST_CMDLINE);
}
