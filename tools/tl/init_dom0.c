/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * init-dom0: what programs of dom0 expect to find once xenstored runs: names of dom0 and of its CPU
 * pool in the store, the folders that they put files in. Run at each start of the machine, before
 * any other of tl's commands; a second time it changes nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "libdom/alloc.h"
#include "libdom/pool.h"
#include "libdom/store.h"
#include "libdom/userdata.h"
#include "tl/command.h"

static const struct {
	const char *path, *value;
} nodes[] = {
	{"/local/domain/0/domid", "0"},
	{"/local/domain/0/name", "Domain-0"},
};

/* As Debian's xen-utils has them, which is not always installed. */
static const char *const folders[] = {"/var/run/xen", "/var/lock", "/var/lib/xen",
				      "/var/lib/xen/dump", "/var/log/xen"};

static int fail(struct invocation *invocation, const char *object)
{
	return failure_set_errno(&invocation->failure, FAILURE_REFUSED, errno, "preparing domain 0",
				 object, "");
}

static int make_folders(struct invocation *invocation)
{
	for (size_t n = 0; n < sizeof(folders) / sizeof(folders[0]); n++)
		if (mkdir(folders[n], 0755) && errno != EEXIST)
			return fail(invocation, folders[n]);
	return 0;
}

static int write_missing(struct invocation *invocation, struct store *store, const char *path,
			 const char *value)
{
	if (store_has(store, "%s", path) || !store_write(store, value, "%s", path))
		return 0;
	return fail(invocation, path);
}

/* Pools that others made meanwhile have their names. */
static int name_pools(struct invocation *invocation, struct store *store)
{
	struct ctl_pool *pool = alloc_zeroed(1, sizeof(*pool));
	struct ctl *ctl;
	uint32_t next = 0;
	int ret = invocation_open_ctl(invocation, &ctl);

	while (!ret && !ctl_pool_info(ctl, next, pool)) {
		char *name = pool_name(store, pool->id);
		char *path = alloc_format("/local/pool/%u/name", pool->id);

		ret = write_missing(invocation, store, path, name);
		free(path);
		free(name);
		next = pool->id + 1;
	}
	free(pool);
	return ret;
}

static int run_init(struct invocation *invocation)
{
	struct store *store;

	if (make_folders(invocation) || invocation_open_store(invocation, &store))
		return -1;
	for (size_t n = 0; n < sizeof(nodes) / sizeof(nodes[0]); n++)
		if (write_missing(invocation, store, nodes[n].path, nodes[n].value))
			return -1;
	if (userdata_write_dom0())
		return fail(invocation, "domain 0's configuration");
	return name_pools(invocation, store);
}

COMMAND(init_dom0) = {
	.name = "init-dom0",
	.group = COMMAND_GROUP_TOOL,
	.flags = COMMAND_CHANGES,
	.operands = "",
	.summary = "name domain 0 and its CPU pool in the store, make the tools' folders",
	.description = "Run by the system when xenstored has started.",
	.run = run_init,
};
