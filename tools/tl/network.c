/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * network-attach, network-list, network-detach: interfaces of guests that run.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "libdom/device.h"
#include "tl/attach.h"
#include "tl/command.h"
#include "tl/saved_plan.h"

static bool is_taken(const struct device_info *list, size_t count, int32_t devid)
{
	for (size_t n = 0; n < count; n++)
		if (list[n].devid == (uint32_t)devid)
			return true;
	return false;
}

static int check_address(struct attachment *attachment, const struct device_info *list,
			 size_t count, const char *mac)
{
	for (size_t n = 0; n < count; n++)
		if (!strcasecmp(list[n].mac, mac))
			return failure_set(&attachment->invocation->failure, FAILURE_BUSY,
					   "network-attach", mac,
					   "another interface of this guest has the address", "");
	return 0;
}

/* The lowest number that is free, and an address from it, where none are said. */
static int complete_vif(struct attachment *attachment, struct vif_spec *vif,
			const struct device_info *list, size_t count)
{
	char mac[18];

	if (vif->devid < 0)
		do
			vif->devid++;
		while (is_taken(list, count, vif->devid));
	if (vif_complete(vif, 1, attachment->info.handle, attachment->settings->bridge,
			 &attachment->invocation->failure))
		return -1;
	vif_format_mac(vif->mac, mac);
	return check_address(attachment, list, count, mac);
}

static int attach_complete(struct attachment *attachment, const struct vif_spec *vif)
{
	struct failure *failure = &attachment->invocation->failure;
	struct device_request request = {
		.domid = attachment->domid,
		.name = attachment->name,
		.vifs = vif,
		.nr_vifs = 1,
	};

	if (device_check(NULL, 0, vif, 1, failure))
		return -1;
	return device_attach(attachment->store, &request, failure);
}

/* The specification with what was chosen for it. */
static int save_vif(struct attachment *attachment, const struct vif_spec *vif, bool has_devid,
		    bool has_mac)
{
	char mac[18], number[24] = "", address[32] = "", *text;
	int ret;

	vif_format_mac(vif->mac, mac);
	if (!has_mac)
		snprintf(address, sizeof(address), ",mac=%s", mac);
	if (!has_devid)
		snprintf(number, sizeof(number), ",devid=%d", vif->devid);
	text = *attachment->text ? alloc_format("%s%s%s", attachment->text, address, number)
				 : alloc_format("mac=%s,devid=%d", mac, vif->devid);
	ret = saved_plan_add_vif(attachment->domid, text, &attachment->invocation->failure);
	free(text);
	return ret;
}

static int attach_vif(struct attachment *attachment, struct vif_spec *vif)
{
	bool has_devid = vif->devid >= 0, has_mac = vif->has_mac;
	struct device_info *list;
	size_t count;
	int ret;

	if (device_list(attachment->store, attachment->domid, DEVICE_VIF, &list, &count,
			&attachment->invocation->failure))
		return -1;
	if (has_devid && is_taken(list, count, vif->devid))
		ret = failure_set(&attachment->invocation->failure, FAILURE_BUSY, "network-attach",
				  attachment->text, "the guest has an interface of this number",
				  "leave out devid=");
	else
		ret = complete_vif(attachment, vif, list, count);
	free(list);
	if (!ret)
		ret = attach_complete(attachment, vif);
	return ret ? ret : save_vif(attachment, vif, has_devid, has_mac);
}

static int run_attach(struct invocation *invocation)
{
	struct attachment attachment;
	struct spec_error error;
	struct vif_spec *vif;
	int ret = -1;

	if (attachment_open(&attachment, invocation))
		return -1;
	vif = alloc_zeroed(1, sizeof(*vif));
	if (vif_parse(attachment.text, vif, &error))
		attachment_refuse(&attachment, &error);
	else
		ret = attach_vif(&attachment, vif);
	free(vif);
	attachment_close(&attachment);
	return ret;
}

COMMAND(network_attach) = {
	.name = "network-attach",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN [VIF...]",
	.least = 1,
	.most = -1,
	.summary = "give a running guest another network interface",
	.description = "VIF is as in xl-network-configuration(5); several words are joined by "
		       "commas. The guest has it after its next restart as well.",
	.run = run_attach,
};

static void print_vif(const struct device_info *info)
{
	printf("%-3u %-2u %-17s %6u %5d %6lld %5lld/%-11lld %-30s\n", info->devid,
	       info->backend_domid, info->mac, info->devid, info->frontend_state,
	       (long long)info->event_channel, (long long)info->ring_ref,
	       (long long)info->ring_ref_rx, info->backend_path);
}

static json_t *describe_vif(const struct device_info *info)
{
	return json_pack("{s:i, s:i, s:i, s:s, s:s, s:s, s:i, s:i, s:I, s:I, s:I, s:s}", "domid",
			 (int)info->domid, "devid", (int)info->devid, "backend_domid",
			 (int)info->backend_domid, "mac", info->mac, "bridge", info->bridge,
			 "interface", info->interface, "frontend_state", (int)info->frontend_state,
			 "backend_state", (int)info->backend_state, "event_channel",
			 (json_int_t)info->event_channel, "tx_ring_ref", (json_int_t)info->ring_ref,
			 "rx_ring_ref", (json_int_t)info->ring_ref_rx, "backend_path",
			 info->backend_path);
}

static int run_list(struct invocation *invocation)
{
	static const struct device_listing listing = {
		.kind = DEVICE_VIF,
		.header = "Idx BE Mac Addr.         handle state evt-ch   tx-/rx-ring-ref BE-path  "
			  "                     ",
		.print = print_vif,
		.describe = describe_vif,
	};

	return device_listing_run(invocation, &listing);
}

COMMAND(network_list) = {
	.name = "network-list",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_SHORT | COMMAND_JSON,
	.operands = "DOMAIN...",
	.least = 1,
	.most = -1,
	.summary = "list network interfaces of guests",
	.description = "States are those of XenbusState: 4 is connected.",
	.run = run_list,
};

static int run_detach(struct invocation *invocation)
{
	struct device_info info;

	if (device_detach_named(invocation, DEVICE_VIF, false, &info))
		return -1;
	return saved_plan_remove_vif(info.domid, info.devid, &invocation->failure);
}

COMMAND(network_detach) = {
	.name = "network-detach",
	.group = COMMAND_GROUP_DEVICE,
	.flags = COMMAND_SHORT | COMMAND_CHANGES,
	.operands = "DOMAIN VIF",
	.least = 2,
	.most = 2,
	.summary = "take a network interface away from a running guest",
	.description = "VIF is a number as network-list shows it, or a MAC address.",
	.run = run_detach,
};
