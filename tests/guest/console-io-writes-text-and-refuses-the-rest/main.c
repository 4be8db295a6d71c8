/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CONSOLEIO_write takes any length, CONSOLEIO_read gives nothing without input, others -ENOSYS. */
#include "guest/hypercall.h"
#include "guest/test.h"

void test_main(void)
{
	static char text[3000];

	memset(text, '.', sizeof(text));
	for (unsigned int i = 99; i < sizeof(text); i += 100)
		text[i] = '\n';
	CHECK_EQUAL(hypercall_console_io(CONSOLEIO_write, sizeof(text), text), 0);
	CHECK_EQUAL(hypercall_console_io(CONSOLEIO_write, 0, text), 0);
	CHECK_EQUAL(hypercall_console_io(CONSOLEIO_write, 0, NULL), 0);
	CHECK_EQUAL(hypercall_console_io(CONSOLEIO_read, sizeof(text), text), 0);
	CHECK_EQUAL(hypercall_console_io(2, 1, text), -XEN_ENOSYS);
	CHECK_EQUAL(hypercall_console_io(0x7fffffff, 1, text), -XEN_ENOSYS);
}
