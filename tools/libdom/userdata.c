/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One file a domain, written anew and renamed. What libxenlight keeps beside it of a domain goes
 * with it.
 */
#include "libdom/userdata.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdom/alloc.h"

#define NIL_UUID "00000000-0000-0000-0000-000000000000"

static const char *userdata_folder(void)
{
	const char *other = secure_getenv("TRESTLE_RUN");

	return other ? other : "/var/lib/xen";
}

static char *userdata_path(uint32_t domid, const char *uuid)
{
	return alloc_format("%s/userdata-d.%u.%s.libxl-json", userdata_folder(), domid, uuid);
}

/* userdata-KIND.DOMID.… */
static bool is_of_domain(const char *name, uint32_t domid)
{
	char number[16];
	int length = snprintf(number, sizeof(number), ".%u.", domid);

	return !strncmp(name, "userdata-", 9) && name[9] && !strncmp(name + 10, number, length);
}

static void remove_others(uint32_t domid, const char *kept)
{
	DIR *folder = opendir(userdata_folder());
	const struct dirent *entry;

	if (!folder)
		return;
	while ((entry = readdir(folder)))
		if (is_of_domain(entry->d_name, domid) && (!kept || strcmp(entry->d_name, kept)))
			unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
}

static int put(const char *path, const json_t *config)
{
	char *written = alloc_format("%s.%d", path, (int)getpid());
	int fd, ret = -1;

	mkdir(userdata_folder(), 0755);
	fd = open(written, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		ret = json_dumpfd(config, fd, JSON_INDENT(4));
		ret = close(fd) || ret ? -1 : rename(written, path);
		if (ret)
			unlink(written);
	}
	free(written);
	return ret;
}

int userdata_write(uint32_t domid, const char *uuid, const json_t *config)
{
	char *path = userdata_path(domid, uuid);
	int ret = put(path, config);

	if (!ret)
		remove_others(domid, strrchr(path, '/') + 1);
	free(path);
	return ret;
}

int userdata_write_dom0(void)
{
	char *path = userdata_path(0, NIL_UUID);
	int ret = 0;
	json_t *config;

	if (access(path, F_OK)) {
		config = json_pack("{s:{s:s, s:s}, s:{s:{}, s:{}, s:{}}}", "c_info", "type", "pv",
				   "name", "Domain-0", "b_info", "type.pv", "arch_arm", "arch_x86");
		ret = put(path, config);
		json_decref(config);
	}
	free(path);
	return ret;
}

json_t *userdata_read(uint32_t domid, const char *uuid)
{
	char *path = userdata_path(domid, uuid);
	json_t *config = json_load_file(path, 0, NULL);

	free(path);
	if (json_is_object(config))
		return config;
	json_decref(config);
	return NULL;
}

void userdata_remove(uint32_t domid)
{
	remove_others(domid, NULL);
}
