/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Three modules that note what is asked of them, as letters, and fail on demand. */
#ifndef MODULES_H
#define MODULES_H

#include "hv/domain.h"

/* Fills domain_modules_start. */
void modules_install(void);
/* "a" to "c": init_domain; "A": fini_domain; "1" to "3": init_vcpu; "!" to "#": fini_vcpu; "x" to "z": relinquish; "s": state. */
extern char modules_log[256];
void modules_log_clear(void);
/* The module whose init fails next, 0 to 2; -1: none. */
extern int modules_fail_domain, modules_fail_vcpu;
/* So many times each relinquish asks to be called again. */
extern int modules_restarts;

#endif
