/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libdom/spec_script.h"

#include <stdio.h>
#include <string.h>

#define SCRIPT_DIRECTORY "/etc/xen/scripts/"

const char *spec_script_resolve(const char *value, char *path, size_t bytes)
{
	const char *folder = value[0] == '/' ? "" : SCRIPT_DIRECTORY;
	int length;

	if (strchr(value, '/') && value[0] != '/')
		return "a script is a name in " SCRIPT_DIRECTORY " or an absolute path";
	length = snprintf(path, bytes, "%s%s", folder, value);
	if (length < 0 || (size_t)length >= bytes)
		return "the script's path is too long";
	return NULL;
}
