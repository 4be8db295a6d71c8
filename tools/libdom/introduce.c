/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Introduction and release over a connection of its own.
 */
#include "libdom/introduce.h"

#include <errno.h>
#include <stdio.h>
#include <xenstore.h>

static int introduce_fail(uint32_t domid, const char *stage, struct failure *failure)
{
	char object[32];
	int error = errno;

	snprintf(object, sizeof(object), "domain %u", domid);
	return failure_set_errno(failure, FAILURE_REFUSED, error, stage, object,
				 "see that xenstored runs");
}

int introduce_domain(uint32_t domid, uint64_t frame, uint32_t port, struct failure *failure)
{
	static const char stage[] = "introducing the domain to the store";
	struct xs_handle *store = xs_open(0);
	int ret = 0;

	if (!store)
		return introduce_fail(domid, stage, failure);
	if (!xs_introduce_domain(store, domid, frame, port))
		ret = introduce_fail(domid, stage, failure);
	xs_close(store);
	return ret;
}

int introduce_end(uint32_t domid, struct failure *failure)
{
	static const char stage[] = "releasing the domain from the store";
	struct xs_handle *store = xs_open(0);
	int ret = 0;

	if (!store)
		return introduce_fail(domid, stage, failure);
	if (!xs_release_domain(store, domid) && errno != ENOENT && errno != EINVAL)
		ret = introduce_fail(domid, stage, failure);
	xs_close(store);
	return ret;
}
