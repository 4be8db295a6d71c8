/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump-core: a guest's memory as a file.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "libdom/alloc.h"
#include "libdom/domain.h"
#include "libdom/dump.h"
#include "tl/command.h"
#include "tl/progress.h"

static int dump(struct invocation *invocation, struct ctl *ctl, uint32_t domid, const char *path)
{
	struct progress progress;
	int ret;

	progress_init(&progress, path, invocation->progress_always);
	ret = dump_domain(ctl, domid, path, progress_report, &progress, &invocation->failure);
	progress_fini(&progress);
	return ret;
}

static int run_dump_core(struct invocation *invocation)
{
	struct store *store;
	struct ctl *ctl;
	uint32_t domid;
	char *name, *path;
	int ret;

	if (invocation_open_ctl(invocation, &ctl) || invocation_open_store(invocation, &store) ||
	    invocation_find_guest(invocation, invocation->argv[0], &domid))
		return -1;
	if (invocation->argc > 1)
		return dump(invocation, ctl, domid, invocation->argv[1]);
	name = domain_name(store, domid);
	path = name ? alloc_format("%s/%s", DUMP_DIRECTORY, name)
		    : alloc_format("%s/%u", DUMP_DIRECTORY, domid);
	mkdir(DUMP_DIRECTORY, 0700);
	ret = dump(invocation, ctl, domid, path);
	free(path);
	free(name);
	return ret;
}

COMMAND(dump_core) = {
	.name = "dump-core",
	.group = COMMAND_GROUP_DOMAIN,
	.operands = "DOMAIN [FILE]",
	.least = 1,
	.most = 2,
	.summary = "write a guest's memory and vcpus to a file",
	.description =
		"Without FILE it is /var/lib/xen/dump/NAME. The guest goes on meanwhile; pause it "
		"for a picture of one moment.",
	.run = run_dump_core,
};
