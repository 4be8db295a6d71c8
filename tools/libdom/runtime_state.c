/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State files with the plans in them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libdom/runtime_internal.h"
#include "libdom/userdata.h"

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
	char *path = runtime_state_path(state->domid, ".json");
	char *written = alloc_format("%s.%d", path, (int)getpid());
	json_t *json = state_save(state);
	int ret = 0;

	if (!json)
		ret = failure_set(failure, FAILURE_CONFIGURATION, "writing the state of a domain",
				  state->plan.name, "the configuration has text that is no UTF-8",
				  "");
	else if (state_put(path, written, json))
		ret = runtime_state_fail(failure, errno, path);
	else if (state->complete)
		show_to_others(state);
	json_decref(json);
	free(written);
	free(path);
	return ret;
}

static int state_load(struct runtime_state *state, json_t *json, struct failure *failure)
{
	json_int_t created = 0, restarted = 0;
	struct runtime_summary summary;
	json_t *plan;

	*state = (struct runtime_state){0};
	if (runtime_summarize(&summary, json, failure))
		return -1;
	if (json_unpack(json, "{s:I, s:I, s:o}", "created", &created, "restarted", &restarted,
			"plan", &plan))
		return failure_set(failure, FAILURE_GENERAL, "reading the state of a domain", "",
				   "a member is missing", "destroy the domain");
	state->domid = summary.domid;
	state->created = created;
	state->creator = summary.creator;
	state->creator_start = summary.creator_start;
	state->complete = summary.complete;
	state->attended = summary.attended;
	state->restarted = restarted;
	if (!plan_load(&state->plan, plan, failure))
		return 0;
	plan_free(&state->plan);
	return -1;
}

int runtime_read_state(uint32_t domid, struct runtime_state *state, struct failure *failure)
{
	json_t *json = runtime_load_state(domid, failure);
	int ret = json ? state_load(state, json, failure) : -1;

	json_decref(json);
	return ret;
}

void runtime_forget_state(uint32_t domid)
{
	char *path = runtime_state_path(domid, ".json");

	unlink(path);
	free(path);
}

void runtime_remove_state(uint32_t domid)
{
	userdata_remove(domid);
	runtime_forget_state(domid);
}
