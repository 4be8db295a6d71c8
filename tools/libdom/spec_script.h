/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of hot-plug scripts in specifications of disks and interfaces. Pure. */
#ifndef LIBDOM_SPEC_SCRIPT_H
#define LIBDOM_SPEC_SCRIPT_H

#include <stddef.h>

/* An absolute path as it is, a bare name below /etc/xen/scripts/. NULL, or what is wrong with it. */
const char *spec_script_resolve(const char *value, char *path, size_t bytes);

#endif
