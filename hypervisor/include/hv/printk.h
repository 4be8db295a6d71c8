/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages of the hypervisor and of guests to the console, with levels as
 * loglvl= and guest_loglvl= name them.
 */
#ifndef HV_PRINTK_H
#define HV_PRINTK_H

#include "hv/types.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Prints one message of the hypervisor; any context, interrupts and NMI included. One or more lines; the last one's newline may be left out. */
void printk(enum log_level level, const char *format, ...) printf_like(2, 3);
/* The same about a guest, subject to guest_loglvl= and rate limiting. */
void printk_guest(enum log_level level, const char *format, ...) printf_like(2, 3);
/* Whether such a message may come out, be it at a limited rate. */
bool printk_guest_is_shown(enum log_level level);
/* Unconditional, unprefixed: for dumps and panics. */
void printk_raw(const char *format, ...) printf_like(1, 2);

/* Prints the reason and a back-trace, stops all other CPUs, then reboots or halts as noreboot says. */
noreturn_function void panic(const char *format, ...) printf_like(1, 2);
/* The boot option of that name: halt where the machine would reboot because something broke. */
extern bool noreboot;

#define ASSERT_TEXT(x) #x
noreturn_function void assert_fail(const char *condition, const char *file, int line);
/* True in every build: an invariant of ours whose breach must stop the machine. */
#define BUG_ON(condition) \
	(unlikely(condition) ? assert_fail(ASSERT_TEXT(condition), __FILE__, __LINE__) : (void)0)
/* Debug builds only. */
#ifdef CONFIG_DEBUG
#define ASSERT(condition) \
	(likely(condition) ? (void)0 : assert_fail(ASSERT_TEXT(condition), __FILE__, __LINE__))
#else
#define ASSERT(condition) ((void)sizeof(!(condition)))
#endif

#endif
