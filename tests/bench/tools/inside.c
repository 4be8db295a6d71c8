/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first process of the guests that the bench of tools makes. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	puts("guest is up");
	for (;;)
		pause();
}
