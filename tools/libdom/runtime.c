/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State files and locks.
 */
#include "libdom/runtime.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdom/userdata.h"

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

static char *state_path(uint32_t domid, const char *suffix)
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

void runtime_unlock(int fd)
{
	close(fd);
}

int runtime_lock_domain(uint32_t domid, int *fd, struct failure *failure)
{
	char *path = state_path(domid, ".lock");
	int ret = lock_path(path, fd, failure);

	free(path);
	return ret;
}

void runtime_unlock_domain(uint32_t domid, int fd, bool is_gone)
{
	char *path = state_path(domid, ".lock");

	if (is_gone)
		unlink(path);
	free(path);
	close(fd);
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

static json_t *state_save(const struct runtime_state *state)
{
	pid_t creator = state->complete ? 0 : getpid();

	return json_pack("{s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:o}", "domid",
			 (json_int_t)state->domid, "created", (json_int_t)state->created, "creator",
			 (json_int_t)creator, "creator_start",
			 (json_int_t)(creator ? runtime_find_start(creator) : 0), "complete",
			 state->complete, "attended", state->attended, "restarted",
			 (json_int_t)state->restarted, "plan", plan_save(&state->plan));
}

static int state_fail(struct failure *failure, int error, const char *path)
{
	return failure_set_errno(failure, error == ENOENT ? FAILURE_NOT_FOUND : FAILURE_GENERAL,
				 error, "the state of a domain", path, "");
}

static int state_put(const char *path, const char *written, json_t *json)
{
	int fd = open(written, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	int ret;

	if (fd < 0)
		return -1;
	ret = json_dumpfd(json, fd, JSON_INDENT(1));
	if (close(fd) || ret || rename(written, path)) {
		unlink(written);
		return -1;
	}
	return 0;
}

/* Nothing of ours depends on it. */
static void show_to_others(const struct runtime_state *state)
{
	json_t *config = plan_describe(&state->plan, PLAN_FORM_MADE, NULL);

	userdata_write(state->domid, state->plan.uuid, config);
	json_decref(config);
}

int runtime_write_state(const struct runtime_state *state, struct failure *failure)
{
	char *path = state_path(state->domid, ".json");
	char *written = alloc_format("%s.%d", path, (int)getpid());
	json_t *json = state_save(state);
	int ret = 0;

	if (!json)
		ret = failure_set(failure, FAILURE_CONFIGURATION, "writing the state of a domain",
				  state->plan.name, "the configuration has text that is no UTF-8",
				  "");
	else if (state_put(path, written, json))
		ret = state_fail(failure, errno, path);
	else if (state->complete)
		show_to_others(state);
	json_decref(json);
	free(written);
	free(path);
	return ret;
}

static int state_load(struct runtime_state *state, json_t *json, struct failure *failure)
{
	json_int_t domid = 0, created = 0, creator = 0, creator_start = 0, restarted = 0;
	int complete = 0, attended = 0;
	json_t *plan;

	*state = (struct runtime_state){0};
	if (json_unpack(json, "{s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:o}", "domid", &domid,
			"created", &created, "creator", &creator, "creator_start", &creator_start,
			"complete", &complete, "attended", &attended, "restarted", &restarted,
			"plan", &plan))
		return failure_set(failure, FAILURE_GENERAL, "reading the state of a domain", "",
				   "a member is missing", "destroy the domain");
	state->domid = (uint32_t)domid;
	state->created = created;
	state->creator = (pid_t)creator;
	state->creator_start = creator_start;
	state->complete = complete;
	state->attended = attended;
	state->restarted = restarted;
	if (!plan_load(&state->plan, plan, failure))
		return 0;
	plan_free(&state->plan);
	return -1;
}

int runtime_read_state(uint32_t domid, struct runtime_state *state, struct failure *failure)
{
	char *path = state_path(domid, ".json");
	json_error_t error;
	json_t *json;
	int ret;

	errno = 0;
	json = json_load_file(path, 0, &error);
	if (!json && errno == ENOENT)
		ret = state_fail(failure, ENOENT, path);
	else if (!json)
		ret = failure_set(failure, FAILURE_GENERAL, "reading the state of a domain", path,
				  error.text, "destroy the domain and create it again");
	else
		ret = state_load(state, json, failure);
	json_decref(json);
	free(path);
	return ret;
}

void runtime_remove_state(uint32_t domid)
{
	char *path = state_path(domid, ".json");

	userdata_remove(domid);
	unlink(path);
	free(path);
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
		state_fail(failure, errno, path);
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
