/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: past console output, the list of domains, debug keys. */
#include "domain_info.h"
#include "hv/console.h"
#include "hv/errno.h"
#include "hv/guest_access.h"
#include "hv/hypercall.h"
#include "hv/string.h"
#include "sysctl.h"

#define CHUNK_BYTES 1024
#define MAX_KEYS 128

/* The text from index on; progress is counted in chunks, and count stays what the caller has room for. */
static int readconsole_copy(struct sysctl_call *call, uint32_t *bytes_done)
{
	struct xen_sysctl_readconsole *read = &call->op.u.readconsole;
	uint32_t offset = call->done * CHUNK_BYTES;
	char chunk[CHUNK_BYTES];

	while (offset < read->count) {
		uint32_t room = MIN(read->count - offset, CHUNK_BYTES);
		size_t bytes = console_ring_read(chunk, room, &read->index,
						 read->incremental || call->done, false);

		if (guest_copy_to(read->buffer + offset, chunk, bytes))
			return -EFAULT;
		offset += (uint32_t)bytes;
		if (bytes < CHUNK_BYTES || call->done == SYSCTL_MAX_PROGRESS)
			break;
		call->done++;
		if (hypercall_is_preempt_due())
			return -ERESTART;
	}
	*bytes_done = offset;
	return 0;
}

int64_t sysctl_readconsole(struct sysctl_call *call)
{
	struct xen_sysctl_readconsole *read = &call->op.u.readconsole;
	uint32_t bytes = 0;
	int rc = readconsole_copy(call, &bytes);

	if (rc)
		return rc;
	if (read->clear) {
		uint32_t index = 0;

		(void)console_ring_read(NULL, 0, &index, false, true);
	}
	read->count = bytes;
	return 0;
}

/* Progress: how many domains are in the buffer; first_domain goes on with it. */
int64_t sysctl_getdomaininfolist(struct sysctl_call *call)
{
	struct xen_sysctl_getdomaininfolist *list = &call->op.u.getdomaininfolist;
	struct xen_domctl_getdomaininfo info;
	struct domain *d;

	while (call->done < list->max_domains && (d = domain_get_from(list->first_domain))) {
		domain_fill_info(d, &info);
		domain_put(d);
		if (guest_copy_to_index(list->buffer, call->done, &info, sizeof(info)))
			return -EFAULT;
		list->first_domain = (domid_t)(info.domain + 1);
		call->done++;
		if (hypercall_is_preempt_due())
			return -ERESTART;
	}
	list->num_domains = call->done;
	return 0;
}

int64_t sysctl_debug_keys(struct sysctl_call *call)
{
	const struct xen_sysctl_debug_keys *keys = &call->op.u.debug_keys;
	char pressed[MAX_KEYS];

	if (keys->nr_keys > MAX_KEYS)
		return -E2BIG;
	if (guest_copy_from(pressed, keys->keys, keys->nr_keys))
		return -EFAULT;
	for (uint32_t i = 0; i < keys->nr_keys; i++)
		key_handle(pressed[i]);
	return 0;
}
