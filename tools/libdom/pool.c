/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pools by name.
 */
#include "libdom/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/alloc.h"
#include "libdom/domain.h"

char *pool_name(struct store *store, uint32_t id)
{
	char *name = store ? store_read(store, "/local/pool/%u/name", id) : NULL;

	return name ? name : alloc_format("Pool-%u", id);
}

static bool pool_is_called(struct store *store, uint32_t id, const char *text)
{
	char *name;
	bool same;

	if (domain_is_number(text))
		return strtoul(text, NULL, 10) == id;
	name = pool_name(store, id);
	same = !strcmp(name, text);
	free(name);
	return same;
}

int pool_find(struct ctl *ctl, struct store *store, const char *text, uint32_t *id,
	      struct failure *failure)
{
	struct ctl_pool *pool;
	uint32_t next = 0;
	int ret = -1;

	*id = 0;
	if (!text)
		return 0;
	pool = alloc_zeroed(1, sizeof(*pool));
	while (ret && !ctl_pool_info(ctl, next, pool)) {
		if (pool_is_called(store, pool->id, text)) {
			*id = pool->id;
			ret = 0;
		}
		next = pool->id + 1;
	}
	free(pool);
	if (ret)
		failure_set(failure, FAILURE_NOT_FOUND, "looking for the CPU pool", text,
			    "there is none", "`tl cpupool-list' shows all");
	return ret;
}
