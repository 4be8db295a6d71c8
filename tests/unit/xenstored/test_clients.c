/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Debian's libxenstore against our loop and socket, in a child of this program. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

int main(void)
{
	return 0;
}
