/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of domains.
 */
#include "libdom/names.h"

#include <string.h>

bool names_is_valid(const char *name)
{
	if (!*name || strlen(name) > 127 || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	for (const unsigned char *c = (const unsigned char *)name; *c; c++)
		if (*c <= ' ' || *c >= 127 || *c == '/')
			return false;
	return true;
}
