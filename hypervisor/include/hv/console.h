/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The console: devices (serial, VGA or framebuffer text), the ring of past
 * output, and which of hypervisor and dom0 gets the keys (three Ctrl-A
 * switch). Output is safe in any context.
 */
#ifndef HV_CONSOLE_H
#define HV_CONSOLE_H

#include "hv/types.h"

struct console_device {
	const char *name; /* as console= names it: com1, com2, vga */
	void (*write)(const char *text, size_t bytes);
	/* Interrupt-driven input is delivered by console_receive(). May be NULL. */
	void (*enable_input)(void);
	void (*flush)(void);
};

void console_register(const struct console_device *device);
/* After options were parsed: opens what console= names. */
void console_init(void);
/* After interrupts and memory: the ring grows to conring_size=, input goes on. */
void console_init_late(void);
void console_write(const char *text, size_t bytes);
void console_receive(char c);
/* Panic: break locks, no more interrupt-driven output. */
void console_force_unlock(void);
/* Boot is over: hands the VGA text screen to dom0 unless vga=keep. */
void console_end_boot(void);
/* CONSOLEIO_* */
int64_t hypercall_console_io(uint64_t command, uint64_t count, uint64_t buffer);
/* XEN_SYSCTL_readconsole: copies from the ring. */
size_t console_ring_read(char *to, size_t bytes, uint32_t *index, bool incremental, bool clear);

/* Debug keys. */
void key_register(char key, void (*handler)(char key), const char *description);
void key_handle(char key);

#endif
