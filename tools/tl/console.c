/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * console: a guest's console on this terminal. Any number of readers may be attached at once; what
 * each types is merged.
 */
#include <string.h>

#include "tl/command.h"
#include "tl/console_stream.h"

#define HISTORY_MAX (1 << 30)

enum { OPTION_TYPE, OPTION_NUMBER, OPTION_READ_ONLY, OPTION_HISTORY };

static const struct command_option options[] = {
	[OPTION_TYPE] = {'t', "type", "TYPE", "pv; guests of other kinds have serial ones"},
	[OPTION_NUMBER] = {'n', "num", "NUMBER", "which one, from 0"},
	[OPTION_READ_ONLY] = {'r', "read-only", NULL, "show only, send nothing"},
	[OPTION_HISTORY] =
		{0, "history", "BYTES",
		 "begin with so much of what was written before; all there is otherwise"},
	{0, NULL, NULL, NULL},
};

static int make_request(struct invocation *invocation, json_t *whom, json_t **request)
{
	const char *type = invocation_value(invocation, OPTION_TYPE);
	int64_t number, history;

	if (type && strcmp(type, "pv"))
		return invocation_refuse(invocation, type, "PV guests have consoles of type pv");
	if (invocation_number(invocation, OPTION_NUMBER, 0, UINT16_MAX, 0, &number) ||
	    invocation_number(invocation, OPTION_HISTORY, 0, HISTORY_MAX, HISTORY_MAX, &history))
		return -1;
	*request = json_pack("{s:O, s:s, s:I, s:b, s:I}", "attach", whom, "type", "pv", "number",
			     (json_int_t)number, "write",
			     !invocation_option(invocation, OPTION_READ_ONLY), "history",
			     (json_int_t)history);
	return 0;
}

static int attach(struct invocation *invocation, json_t *whom)
{
	json_t *request = NULL;
	int fd;

	if (make_request(invocation, whom, &request) ||
	    console_stream_open(request, &fd, &invocation->failure))
		return -1;
	return console_stream_run(fd, invocation_option(invocation, OPTION_READ_ONLY),
				  &invocation->failure);
}

static int run_console(struct invocation *invocation)
{
	uint32_t domid;
	json_t *whom;
	int ret;

	if (invocation_find_guest(invocation, invocation->argv[0], &domid))
		return -1;
	whom = json_integer(domid);
	ret = attach(invocation, whom);
	json_decref(whom);
	return ret;
}

COMMAND(console) = {
	.name = "console",
	.group = COMMAND_GROUP_DOMAIN,
	.flags = COMMAND_SHORT,
	.operands = "DOMAIN",
	.least = 1,
	.most = 1,
	.summary = "attach to a guest's console",
	.description = "Ctrl-] detaches. It ends by itself when the guest does. Input that is no "
		       "terminal is sent as it is; at its end the console is shown on until the "
		       "guest ends, unless the input ended with Ctrl-] (\\035).",
	.options = options,
	.run = run_console,
};
