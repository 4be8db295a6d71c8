/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dmesg and debug-keys: the hypervisor's console ring, and the keys that write to it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "libctl/ctl.h"
#include "libdom/alloc.h"
#include "tl/command.h"
#include "tl/console_stream.h"

#define PIECE_BYTES 16384
#define FOLLOW_HISTORY (1 << 30)

enum { OPTION_CLEAR, OPTION_FOLLOW };

static const struct command_option options[] = {
	[OPTION_CLEAR] = {'c', "clear", NULL, "empty the ring after it was printed"},
	[OPTION_FOLLOW] = {'f', "follow", NULL, "go on with what comes, until interrupted"},
	{0, NULL, NULL, NULL},
};

static int print_ring(struct invocation *invocation, struct ctl *ctl, char *buffer)
{
	bool clear = invocation_option(invocation, OPTION_CLEAR);
	uint32_t index = 0, bytes;

	for (bool is_first = true;; is_first = false) {
		bytes = PIECE_BYTES;
		if (ctl_console_read(ctl, buffer, &bytes, clear, !is_first, &index))
			return invocation_fail_errno(invocation, "reading the console ring",
						     "the hypervisor");
		if (!bytes)
			return 0;
		fwrite(buffer, 1, bytes, stdout);
	}
}

/* consoled reads the ring for all. */
static int follow_ring(struct invocation *invocation)
{
	json_t *request = json_pack("{s:s, s:b, s:i}", "attach", "hypervisor", "write", 0,
				    "history", FOLLOW_HISTORY);
	int fd;

	if (console_stream_open(request, &fd, &invocation->failure))
		return -1;
	return console_stream_run(fd, true, &invocation->failure);
}

static int run_dmesg(struct invocation *invocation)
{
	struct ctl *ctl;
	char *buffer;
	int ret;

	if (invocation_option(invocation, OPTION_FOLLOW))
		return follow_ring(invocation);
	if (invocation_open_ctl(invocation, &ctl))
		return -1;
	buffer = alloc_zeroed(PIECE_BYTES, 1);
	ret = print_ring(invocation, ctl, buffer);
	free(buffer);
	return ret;
}

COMMAND(dmesg) = {
	.name = "dmesg",
	.group = COMMAND_GROUP_HOST,
	.operands = "",
	.summary = "print the hypervisor's messages",
	.options = options,
	.run = run_dmesg,
};

static int run_debug_keys(struct invocation *invocation)
{
	struct ctl *ctl;

	if (invocation_open_ctl(invocation, &ctl))
		return -1;
	if (ctl_debug_keys(ctl, invocation->argv[0]))
		return invocation_fail_errno(invocation, "sending debug keys", invocation->argv[0]);
	return 0;
}

COMMAND(debug_keys) = {
	.name = "debug-keys",
	.group = COMMAND_GROUP_HOST,
	.flags = COMMAND_CHANGES,
	.operands = "KEYS",
	.least = 1,
	.most = 1,
	.summary = "send debug keys to the hypervisor; `tl dmesg' has what they print",
	.run = run_debug_keys,
};
