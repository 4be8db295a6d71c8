/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that was accepted from dom0 is on the serial line before power-off takes the machine away. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	static char text[2000];

	memset(text, '.', sizeof(text));
	for (unsigned int i = 99; i < sizeof(text); i += 100)
		text[i] = '\n';
	test_stops_at_once = true;
	CHECK_EQUAL(hypercall_console_io(CONSOLEIO_write, sizeof(text), text), 0);
}
