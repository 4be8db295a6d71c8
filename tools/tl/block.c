/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * block-attach, block-list, block-detach: disks of guests that run.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "libdom/device.h"
#include "libdom/domain.h"
#include "tl/attach.h"
#include "tl/command.h"
#include "tl/saved_plan.h"

static int attach_disk(struct attachment *attachment, struct disk_spec *disk)
{
	struct invocation *invocation = attachment->invocation;
	struct device_request request = {
		.domid = attachment->domid,
		.name = attachment->name,
		.disks = disk,
		.nr_disks = 1,
	};

	if (device_check(disk, 1, NULL, 0, &invocation->failure) ||
	    attachment_claim(attachment, disk) ||
	    device_attach(attachment->store, &request, &invocation->failure))
		return -1;
	return saved_plan_add_disk(attachment->domid, attachment->text, &invocation->failure);
}

static int run_attach(struct invocation *invocation)
{
	struct attachment attachment;
	struct spec_error error;
	struct disk_spec *disk;
	int ret = -1;

	if (attachment_open(&attachment, invocation))
		return -1;
	disk = alloc_zeroed(1, sizeof(*disk));
	if (disk_parse(attachment.text, disk, &error))
		attachment_refuse(&attachment, &error);
	else
		ret = attach_disk(&attachment, disk);
	free(disk);
	attachment_close(&attachment);
	return ret;
}

COMMAND(block_attach) = {
	.name = "block-attach",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN DISK...",
	.least = 2,
	.most = -1,
	.summary = "give a running guest another disk",
	.description =
		"DISK is as in xl-disk-configuration(5); several words are joined by commas. "
		"The guest has it after its next restart as well.",
	.run = run_attach,
};

static void print_disk(const struct device_info *info)
{
	printf("%-5u %-3u %-6u %-5d %-6lld %-8lld %-30s\n", info->devid, info->backend_domid,
	       info->domid, info->frontend_state, (long long)info->event_channel,
	       (long long)info->ring_ref, info->backend_path);
}

static json_t *describe_disk(const struct device_info *info)
{
	return json_pack("{s:i, s:i, s:i, s:s, s:s, s:s, s:s, s:b, s:i, s:i, s:I, s:I, s:s, s:s}",
			 "domid", (int)info->domid, "devid", (int)info->devid, "backend_domid",
			 (int)info->backend_domid, "vdev", info->vdev, "target", info->target,
			 "mode", info->mode, "format", info->format, "cdrom", info->cdrom,
			 "frontend_state", (int)info->frontend_state, "backend_state",
			 (int)info->backend_state, "event_channel", (json_int_t)info->event_channel,
			 "ring_ref", (json_int_t)info->ring_ref, "backend_type", info->backend_type,
			 "backend_path", info->backend_path);
}

static int run_list(struct invocation *invocation)
{
	static const struct device_listing listing = {
		.kind = DEVICE_DISK,
		.header = "Vdev  BE  handle state evt-ch ring-ref BE-path                       ",
		.print = print_disk,
		.describe = describe_disk,
	};

	return device_listing_run(invocation, &listing);
}

COMMAND(block_list) = {
	.name = "block-list",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_SHORT | COMMAND_JSON,
	.operands = "DOMAIN...",
	.least = 1,
	.most = -1,
	.summary = "list disks of guests",
	.description = "States are those of XenbusState: 4 is connected.",
	.run = run_list,
};

enum { OPTION_FORCE };

static const struct command_option detach_options[] = {
	[OPTION_FORCE] = {'f', "force", NULL, "without the guest's consent"},
	{0, NULL, NULL, NULL},
};

static int run_detach(struct invocation *invocation)
{
	bool forced = invocation_option(invocation, OPTION_FORCE);
	struct device_info info;

	if (device_detach_named(invocation, DEVICE_DISK, forced, &info))
		return -1;
	return saved_plan_remove_disk(info.domid, info.devid, &invocation->failure);
}

COMMAND(block_detach) = {
	.name = "block-detach",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN DISK",
	.least = 2,
	.most = 2,
	.summary = "take a disk away from a running guest",
	.description =
		"DISK is a name such as xvdb, or the number that block-list shows. The guest "
		"has to let go of it; it keeps a disk that it uses.",
	.options = detach_options,
	.run = run_detach,
};
