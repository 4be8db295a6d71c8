/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which console devices this build has. */
#include "hv/console.h"
#include "hv/uart.h"
#include "hv/vga.h"

void console_register_devices(void)
{
	uart_register();
	if (!framebuffer_register())
		vga_register();
}
