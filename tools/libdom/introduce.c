/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Introduction and release.
 */
#include "libdom/introduce.h"

#include <errno.h>
#include <stdio.h>

static int introduce_fail(uint32_t domid, const char *stage, struct failure *failure)
{
	char object[32];
	int error = errno;

	snprintf(object, sizeof(object), "domain %u", domid);
	return failure_set_errno(failure, FAILURE_REFUSED, error, stage, object,
				 "see that xenstored runs");
}

int introduce_domain(struct store *store, uint32_t domid, uint64_t frame, uint32_t port,
		     struct failure *failure)
{
	if (!store_introduce(store, domid, frame, port))
		return 0;
	return introduce_fail(domid, "introducing the domain to the store", failure);
}

int introduce_end(struct store *store, uint32_t domid, struct failure *failure)
{
	if (!store_release(store, domid))
		return 0;
	return introduce_fail(domid, "releasing the domain from the store", failure);
}
