/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cd-insert, cd-eject: discs of a guest's CD drives.
 */
#include <stdlib.h>
#include <string.h>

#include "libdom/device.h"
#include "tl/attach.h"
#include "tl/command.h"
#include "tl/saved_plan.h"

static int change_disc(struct attachment *attachment, const char *specification)
{
	struct failure *failure = &attachment->invocation->failure;
	struct device_request guest = {.domid = attachment->domid, .name = attachment->name};
	struct spec_error error;
	struct disk_spec *disc = alloc_zeroed(1, sizeof(*disc));
	int ret;

	if (disk_parse(specification, disc, &error))
		ret = invocation_refuse(attachment->invocation, specification, error.text);
	else if (!(ret = device_change_disc(attachment->store, &guest, disc, failure)) &&
		 !(ret = saved_plan_remove_disk(attachment->domid, disc->number, failure)))
		ret = saved_plan_add_disk(attachment->domid, specification, failure);
	free(disc);
	return ret;
}

/* NULL: no disc. */
static int run_change(struct invocation *invocation, const char *target)
{
	const char *drive = invocation->argv[1];
	struct attachment attachment;
	char *specification;
	int ret;

	if (strchr(drive, ',') || attachment_open(&attachment, invocation))
		return invocation->failure.code
			       ? -1
			       : invocation_refuse(invocation, drive, "this names no drive");
	/* The target is last: it may have commas and blanks. */
	specification =
		target ? alloc_format("vdev=%s,format=raw,access=ro,devtype=cdrom,target=%s", drive,
				      target)
		       : alloc_format("vdev=%s,format=empty,access=ro,devtype=cdrom", drive);
	ret = change_disc(&attachment, specification);
	free(specification);
	attachment_close(&attachment);
	return ret;
}

static int run_insert(struct invocation *invocation)
{
	return run_change(invocation, invocation->argv[2]);
}

static int run_eject(struct invocation *invocation)
{
	return run_change(invocation, NULL);
}

COMMAND(cd_insert) = {
	.name = "cd-insert",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN DRIVE IMAGE",
	.least = 3,
	.most = 3,
	.summary = "put a disc into a guest's CD drive",
	.description = "A PV guest's drive has no tray: the disc comes as a disk that is attached.",
	.run = run_insert,
};

COMMAND(cd_eject) = {
	.name = "cd-eject",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_CHANGES,
	.operands = "DOMAIN DRIVE",
	.least = 2,
	.most = 2,
	.summary = "take the disc out of a guest's CD drive",
	.run = run_eject,
};
