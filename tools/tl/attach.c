/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Devices of running guests.
 */
#include "tl/attach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdom/domain.h"
#include "libdom/runtime.h"
#include "tl/command.h"

static char *join_words(char **words, int count)
{
	char *text = alloc_text(count ? words[0] : "");

	for (int n = 1; n < count; n++) {
		char *longer = alloc_format("%s,%s", text, words[n]);

		free(text);
		text = longer;
	}
	return text;
}

int attachment_open(struct attachment *attachment, struct invocation *invocation)
{
	*attachment = (struct attachment){.invocation = invocation};
	if (invocation_open_ctl(invocation, &attachment->ctl) ||
	    invocation_open_store(invocation, &attachment->store) ||
	    invocation_open_settings(invocation, &attachment->settings) ||
	    invocation_find_domain(invocation, invocation->argv[0], &attachment->domid))
		return -1;
	if (ctl_domain_info(attachment->ctl, attachment->domid, &attachment->info))
		return invocation_fail_errno(invocation, "asking for the domain",
					     invocation->argv[0]);
	attachment->name = domain_name(attachment->store, attachment->domid);
	attachment->text = join_words(invocation->argv + 1, invocation->argc - 1);
	return 0;
}

void attachment_close(struct attachment *attachment)
{
	device_claim_release(attachment->claim);
	free(attachment->name);
	free(attachment->text);
}

void attachment_refuse(struct attachment *attachment, const struct spec_error *error)
{
	char object[200];

	snprintf(object, sizeof(object), "%.150s, column %u", attachment->text, error->column);
	failure_set(&attachment->invocation->failure, FAILURE_CONFIGURATION,
		    attachment->invocation->command->name, object, error->text, "");
}

int attachment_claim(struct attachment *attachment, const struct disk_spec *disk)
{
	struct failure *failure = &attachment->invocation->failure;
	int lock, ret;

	if (runtime_lock(attachment->settings->lockfile, &lock, failure))
		return -1;
	ret = device_claim_disks(attachment->store, disk, 1, STORE_NOBODY, &attachment->claim,
				 failure);
	runtime_unlock(lock);
	return ret;
}

static int list_devices(struct invocation *invocation, const struct device_listing *listing,
			uint32_t domid, json_t *array)
{
	struct device_info *list;
	struct store *store;
	size_t count;

	if (invocation_open_store(invocation, &store) ||
	    device_list(store, domid, listing->kind, &list, &count, &invocation->failure))
		return -1;
	for (size_t n = 0; n < count; n++) {
		if (array)
			json_array_append_new(array, listing->describe(&list[n]));
		else
			listing->print(&list[n]);
	}
	free(list);
	return 0;
}

int device_listing_run(struct invocation *invocation, const struct device_listing *listing)
{
	json_t *array = invocation->json ? json_array() : NULL;
	uint32_t domid;
	int ret = 0;

	if (!array)
		puts(listing->header);
	for (int n = 0; !ret && n < invocation->argc; n++) {
		ret = invocation_find_domain(invocation, invocation->argv[n], &domid);
		if (!ret)
			ret = list_devices(invocation, listing, domid, array);
	}
	if (array && !ret) {
		json_dumpf(array, stdout, JSON_INDENT(4));
		putchar('\n');
	}
	json_decref(array);
	return ret;
}

int device_detach_named(struct invocation *invocation, enum device_kind kind, bool forced,
			struct device_info *info)
{
	struct store *store;
	uint32_t domid;

	if (invocation_open_store(invocation, &store) ||
	    invocation_find_domain(invocation, invocation->argv[0], &domid) ||
	    device_find(store, domid, kind, invocation->argv[1], info, &invocation->failure))
		return -1;
	return device_detach(store, domid, kind, info->devid, forced, 0, &invocation->failure);
}
