/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be a domain's name: it is part of paths in the store and of file names. Pure.
 */
#ifndef LIBDOM_NAMES_H
#define LIBDOM_NAMES_H

#include <stdbool.h>

bool names_is_valid(const char *name);

#endif
