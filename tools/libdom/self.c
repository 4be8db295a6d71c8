/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "libdom/self.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdom/alloc.h"

char *self_find_program(const char *name)
{
	const char *folder = secure_getenv("TRESTLE_TOOLS");
	char path[PATH_MAX], *slash = NULL;
	ssize_t length;

	if (folder)
		return alloc_format("%s/%s", folder, name);
	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length > 0) {
		path[length] = '\0';
		slash = strrchr(path, '/');
	}
	if (!slash)
		return alloc_format("/usr/sbin/%s", name);
	return alloc_format("%.*s/%s", (int)(slash - path), path, name);
}
