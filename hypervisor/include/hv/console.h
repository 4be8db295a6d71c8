/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The console: devices (serial, VGA or framebuffer text), the ring of past
 * output, and which of hypervisor and dom0 gets the keys (three Ctrl-A
 * switch). Output is safe in any context.
 */
#ifndef HV_CONSOLE_H
#define HV_CONSOLE_H

#include "hv/types.h"

struct rangeset;

struct console_device {
	const char *name; /* as console= names it: com1, com2, vga */
	void (*write)(const char *text, size_t bytes);
	/* How much write() takes without losing any; moves on what it can. NULL: no limit. */
	size_t (*free_bytes)(void);
	/* Interrupts work: input comes by console_receive(), output may be buffered. May be NULL. */
	void (*enable_input)(void);
	/* Pushes out what is buffered and stays synchronous from then on. May be NULL. */
	void (*flush)(void);
	/* The first domain takes the machine's screens. May be NULL. */
	void (*end_boot)(void);
	/* I/O ports that are its own: first and last; 0, 0 for none. */
	uint16_t first_port, last_port;
};

/* write, free_bytes and flush are called with the console's lock held and interrupts off, enable_input and end_boot without. */
void console_register(const struct console_device *device);
/* dev/: registers every device that this machine and its options have. */
void console_register_devices(void);
/* After options were parsed: opens what console= names. */
void console_init(void);
/* How many bytes (a power of two) conring_size= asks the ring to grow to; 0: the first one does. */
uint32_t console_ring_wanted_bytes(void);
/* Gives that memory for good; the text moves over. */
void console_set_ring(char *ring, uint32_t bytes);
/* After interrupts and memory: devices get interrupt-driven, input and debug keys work. */
void console_init_late(void);
/* The first domain's text: to the devices, and to the ring with console_to_ring. Returns how much of it the devices have room for; the
 * caller comes again with the rest. */
size_t must_check console_write_domain(const char *text, size_t bytes);
/* Who has time, without any lock: waits until the devices have room for that much more. Returns at once but at boot and between
 * console_begin_waiting() and console_end_waiting() of this CPU (debug keys). */
void console_wait_for_room(size_t bytes);
void console_begin_waiting(void);
void console_end_waiting(void);
/* A device got a character. Any context, no console lock held. */
void console_receive(char c);
/* Characters for the first domain; notify (any context) tells that some wait. Returns how many were copied. */
void console_set_input_notify(void (*notify)(void));
size_t console_input_read(char *to, size_t bytes);
/* Called soon after text came into the ring, in softirq context and once for all that came meanwhile. Set once, at start-up. */
void console_set_ring_notify(void (*notify)(void));
/* Text to the ring and the devices. Console lock held. */
void console_emit(const char *text, size_t bytes);
/* The lock that console_emit() and devices' write() run under; for devices' interrupt handlers. A CPU that
 * holds it already (an NMI, a fault in the console) passes. */
uint64_t console_lock_irqsave(void);
void console_unlock_irqrestore(uint64_t flags);
/* sync_console: output is never buffered. */
bool console_is_synchronous(void);
/* Panic: break locks, no more interrupt-driven output. */
void console_force_unlock(void);
/* Boot is over: hands the VGA text screen to dom0 unless vga=keep. */
void console_end_boot(void);
/* Start-up, before the first domain: VIRQ_CON_RING follows the ring. */
void console_io_init(void);
/* CONSOLEIO_*: -EPERM, -EFAULT, -ENOSYS. */
int64_t hypercall_console_io(uint64_t command, uint64_t count, uint64_t buffer);
/* XEN_SYSCTL_readconsole: copies from the ring. */
size_t console_ring_read(char *to, size_t bytes, uint32_t *index, bool incremental, bool clear);

/* Takes the ports of the devices that the console uses out of a domain's permissions. Boot CPU. */
void console_deny_ports(struct rangeset *ports);

/* Debug keys: handlers run in softirq context. */
void keys_init(void);
/* Runs the key's handler soon; any context. */
void key_receive(char key);
void key_register(char key, void (*handler)(char key), const char *description);
void key_handle(char key);

#endif
