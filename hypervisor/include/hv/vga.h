/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's screen as console device vga: 80x25 text, or characters drawn in the framebuffer
 * that the boot loader set.
 */
#ifndef HV_VGA_H
#define HV_VGA_H

#include "hv/types.h"

/* Registers the text screen, unless the boot loader left a graphics mode. Boot CPU. */
void vga_register(void);
/* Registers the boot loader's framebuffer when there is one; false when there is none. Boot CPU. */
bool must_check framebuffer_register(void);
/* vga=keep: the hypervisor writes on after the first domain has started. */
bool vga_is_kept(void);

#endif
