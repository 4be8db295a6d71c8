/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks, where state files are, and what all of them say.
 */
#include "libdom/runtime_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *runtime_directory(void)
{
	const char *other = secure_getenv("TRESTLE_RUN");

	return other ? other : "/run/trestle";
}

char *runtime_path(const char *name)
{
	char *domains = alloc_format("%s/domains", runtime_directory());

	mkdir(runtime_directory(), 0755);
	mkdir(domains, 0700);
	free(domains);
	return alloc_format("%s/%s", runtime_directory(), name);
}

char *runtime_state_path(uint32_t domid, const char *suffix)
{
	char name[64];

	snprintf(name, sizeof(name), "domains/%u%s", domid, suffix);
	return runtime_path(name);
}

/* The file may be removed by its last holder while we wait: then it is another one's lock. */
static bool is_still_there(int fd, const char *path)
{
	struct stat ours, there;

	return !fstat(fd, &ours) && !stat(path, &there) && ours.st_ino == there.st_ino &&
	       ours.st_dev == there.st_dev;
}

static int lock_path(const char *path, int *fd, struct failure *failure)
{
	for (;;) {
		*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (*fd < 0)
			break;
		while (flock(*fd, LOCK_EX)) {
			if (errno == EINTR)
				continue;
			failure_set_errno(failure, FAILURE_GENERAL, errno, "locking", path, "");
			close(*fd);
			return -1;
		}
		if (is_still_there(*fd, path))
			return 0;
		close(*fd);
	}
	return failure_set_errno(failure, FAILURE_GENERAL, errno, "locking", path,
				 "run it as root");
}

int runtime_lock(const char *path, int *fd, struct failure *failure)
{
	char *own = path ? alloc_text(path) : runtime_path("lock");
	int ret = lock_path(own, fd, failure);

	free(own);
	return ret;
}

int runtime_try_lock(const char *path, int *fd)
{
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd >= 0 && !flock(*fd, LOCK_EX | LOCK_NB))
		return 0;
	if (*fd >= 0)
		close(*fd);
	return -1;
}

/* Let go before it is closed: who watches the file is told of the close while the kernel still holds
 * the lock for it, and would wait for another close. */
void runtime_unlock(int fd)
{
	flock(fd, LOCK_UN);
	close(fd);
}

int runtime_is_domain_locked(uint32_t domid)
{
	char *path = runtime_state_path(domid, ".lock");
	/* Who watches the file for its holder's end must not hear of this. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), is_locked;

	free(path);
	if (fd < 0)
		return 0;
	is_locked = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return is_locked;
}

int runtime_lock_domain(uint32_t domid, int *fd, struct failure *failure)
{
	char *path = runtime_state_path(domid, ".lock");
	int ret = lock_path(path, fd, failure);

	free(path);
	return ret;
}

void runtime_unlock_domain(uint32_t domid, int fd, bool is_gone)
{
	char *path = runtime_state_path(domid, ".lock");

	if (is_gone)
		unlink(path);
	free(path);
	runtime_unlock(fd);
}

/* Field 22 of stat; the name before it may have blanks and parentheses. */
int64_t runtime_find_start(pid_t pid)
{
	char text[1024] = "", path[32];
	const char *place;
	long long start = 0;
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	stat = fopen(path, "re");
	if (!stat)
		return 0;
	if (!fgets(text, sizeof(text), stat))
		text[0] = '\0';
	fclose(stat);
	place = strrchr(text, ')');
	/* A process that nobody has waited for yet has ended all the same. */
	if (place && (!strncmp(place, ") Z", 3) || !strncmp(place, ") X", 3)))
		return 0;
	for (int n = 0; place && n < 20; n++)
		place = strchr(place + 1, ' ');
	if (place)
		start = strtoll(place, NULL, 10);
	return start;
}

int runtime_state_fail(struct failure *failure, int error, const char *path)
{
	return failure_set_errno(failure, error == ENOENT ? FAILURE_NOT_FOUND : FAILURE_GENERAL,
				 error, "the state of a domain", path, "");
}

json_t *runtime_load_state(uint32_t domid, struct failure *failure)
{
	char *path = runtime_state_path(domid, ".json");
	json_error_t error;
	json_t *json;

	errno = 0;
	json = json_load_file(path, 0, &error);
	if (!json && errno == ENOENT)
		runtime_state_fail(failure, ENOENT, path);
	else if (!json)
		failure_set(failure, FAILURE_GENERAL, "reading the state of a domain", path,
			    error.text, "destroy the domain and create it again");
	free(path);
	return json;
}

int runtime_summarize(struct runtime_summary *summary, json_t *json, struct failure *failure)
{
	json_int_t domid = 0, creator = 0, creator_start = 0;
	int complete = 0, attended = 0;
	const char *uuid = "", *name = "";

	if (json_unpack(json, "{s:I, s:I, s:I, s:b, s:b, s:{s:s, s:s}}", "domid", &domid, "creator",
			&creator, "creator_start", &creator_start, "complete", &complete,
			"attended", &attended, "plan", "uuid", &uuid, "name", &name))
		return failure_set(failure, FAILURE_GENERAL, "reading the state of a domain", "",
				   "a member is missing", "destroy the domain");
	*summary = (struct runtime_summary){
		.domid = (uint32_t)domid,
		.creator = (pid_t)creator,
		.creator_start = creator_start,
		.complete = complete,
		.attended = attended,
	};
	snprintf(summary->uuid, sizeof(summary->uuid), "%s", uuid);
	snprintf(summary->name, sizeof(summary->name), "%s", name);
	return 0;
}

int runtime_read_summary(uint32_t domid, struct runtime_summary *summary, struct failure *failure)
{
	json_t *json = runtime_load_state(domid, failure);
	int ret = json ? runtime_summarize(summary, json, failure) : -1;

	json_decref(json);
	return ret;
}

static int compare_domids(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

int runtime_list_states(uint32_t **domids, size_t *count, struct failure *failure)
{
	char *path = runtime_path("domains");
	DIR *directory = opendir(path);
	const struct dirent *entry;

	*domids = NULL;
	*count = 0;
	if (!directory) {
		runtime_state_fail(failure, errno, path);
		free(path);
		return -1;
	}
	while ((entry = readdir(directory))) {
		char *end;
		unsigned long domid = strtoul(entry->d_name, &end, 10);

		if (end == entry->d_name || strcmp(end, ".json"))
			continue;
		*domids = alloc_grow(*domids, *count, sizeof(**domids));
		(*domids)[(*count)++] = (uint32_t)domid;
	}
	closedir(directory);
	free(path);
	if (*count)
		qsort(*domids, *count, sizeof(**domids), compare_domids);
	return 0;
}
