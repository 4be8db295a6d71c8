/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unpack: kernels of guests that may be created, unpacked ahead of their first creation while the
 * machine has nothing else to do. A creation that wants one of them meanwhile waits for it, and lends
 * its own priority (libbuild).
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libbuild/build.h"
#include "libdom/plan.h"
#include "tl/command.h"
#include "tl/invocation.h"
#include "tl/progress.h"

/* ioprio_set(2): this process, when nobody else wants the disk. */
#define IO_PRIORITY_IDLE (3 << 13)
#define IOPRIO_WHO_PROCESS 1
#define PROBE_BYTES 512

enum { OPTION_QUIET, OPTION_NOW };

static const struct command_option options[] = {
	[OPTION_QUIET] = {'q', "quiet", NULL, "say nothing but failures"},
	[OPTION_NOW] = {0, "now", NULL, "not only when the machine is idle"},
	{0, NULL, NULL, NULL},
};

struct unpacking {
	struct invocation *invocation;
	const struct settings *settings;
	bool is_search; /* what was found, not what was asked for: faults are notes */
};

/* Whoever waited for the last kernel made us quicker. */
static void step_back(const struct invocation *invocation)
{
	const struct sched_param none = {0};

	if (invocation_option(invocation, OPTION_NOW))
		return;
	sched_setscheduler(0, SCHED_IDLE, &none);
	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IO_PRIORITY_IDLE);
}

static void report(void *context, uint64_t done, uint64_t total)
{
	progress_report(context, "unpacking", done, total);
}

static int unpack_kernel(struct unpacking *unpacking, const char *path)
{
	struct invocation *invocation = unpacking->invocation;
	struct build_kernel *kernel;
	struct progress progress;
	int ret;

	step_back(invocation);
	progress_init(&progress, path, invocation->progress_always);
	progress.wanted &= !invocation_option(invocation, OPTION_QUIET);
	build_kernel_watch(report, &progress);
	ret = build_kernel_open(path, &kernel, &invocation->failure);
	build_kernel_watch(NULL, NULL);
	progress_fini(&progress);
	if (ret)
		return -1;
	build_kernel_close(kernel);
	if (!invocation_option(invocation, OPTION_QUIET))
		printf("%s\n", path);
	return 0;
}

static int unpack_for(struct unpacking *unpacking, const char *path)
{
	struct failure *failure = &unpacking->invocation->failure;
	struct config config = {0};
	struct strings notes = {0};
	struct plan plan = {0};
	int ret = config_read(&config, path, failure);

	if (!ret)
		ret = plan_make(&plan, &config, unpacking->settings, "/", &notes, failure);
	if (!ret)
		ret = unpack_kernel(unpacking, plan.kernel);
	plan_free(&plan);
	strings_free(&notes);
	config_free(&config);
	return ret;
}

/* No configuration has zero bytes; all kernels have some at their beginning. */
static bool is_kernel(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char probe[PROBE_BYTES];
	ssize_t got;

	if (fd < 0)
		return false;
	got = read(fd, probe, sizeof(probe));
	close(fd);
	return got > 0 && memchr(probe, '\0', (size_t)got);
}

static int unpack_file(struct unpacking *unpacking, const char *path)
{
	struct invocation *invocation = unpacking->invocation;
	int ret = is_kernel(path) ? unpack_kernel(unpacking, path) : unpack_for(unpacking, path);

	if (!ret || !unpacking->is_search)
		return ret;
	fprintf(stderr, "%s: note: %s: %s: its kernel is not unpacked\n", invocation->program,
		invocation->failure.object, invocation->failure.cause);
	invocation->failure = (struct failure){0};
	return 0;
}

static int unpack_found(struct unpacking *unpacking)
{
	glob_t found = {0};
	int ret = 0;

	glob("/etc/xen/auto/*", 0, NULL, &found);
	glob("/etc/xen/*.cfg", GLOB_APPEND, NULL, &found);
	unpacking->is_search = true;
	for (size_t n = 0; !ret && n < found.gl_pathc; n++)
		ret = unpack_file(unpacking, found.gl_pathv[n]);
	globfree(&found);
	return ret;
}

static int run_unpack(struct invocation *invocation)
{
	struct unpacking unpacking = {.invocation = invocation};

	prctl(PR_SET_NAME, "tl-unpack");
	if (invocation_open_settings(invocation, &unpacking.settings))
		return -1;
	if (!invocation->argc)
		return unpack_found(&unpacking);
	for (int n = 0; n < invocation->argc; n++)
		if (unpack_file(&unpacking, invocation->argv[n]))
			return -1;
	return 0;
}

COMMAND(unpack) = {
	.name = "unpack",
	.group = COMMAND_GROUP_TOOL,
	.operands = "[CONFIGURATION|KERNEL...]",
	.most = -1,
	.summary = "unpack kernels ahead of their guests' first creation",
	.description =
		"Without operands those of /etc/xen/auto and of /etc/xen/*.cfg. What is unpacked "
		"is "
		"kept in /var/cache/trestle/kernels until the machine stops. The command runs when "
		"nothing else does; tl create waits for a kernel that is being unpacked, and makes "
		"that go on at its own priority. Printed are the kernels that are ready.",
	.options = options,
	.run = run_unpack,
};
