/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the interfaces of one guest leave open, and what they must not have twice. */
#include <stdio.h>
#include <string.h>

#include "libdom/vif.h"

#define DEFAULT_BRIDGE "xenbr0"
#define DEFAULT_SCRIPT "/etc/xen/scripts/vif-bridge"
#define STAGE "checking the network interfaces"

void vif_generate_mac(const uint8_t uuid[16], uint32_t devid, uint8_t mac[6])
{
	uint64_t hash = 0xcbf29ce484222325ull; /* FNV-1a */
	uint8_t bytes[20];

	memcpy(bytes, uuid, 16);
	for (int i = 0; i < 4; i++)
		bytes[16 + i] = (uint8_t)(devid >> 8 * i);
	for (size_t i = 0; i < sizeof(bytes); i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ull;
	hash ^= hash >> 32;
	mac[0] = 0x00;
	mac[1] = 0x16;
	mac[2] = 0x3e;
	/* The upper half of the range is what other tools hand out by hand. */
	mac[3] = hash >> 16 & 0x7f;
	mac[4] = hash >> 8 & 0xff;
	mac[5] = hash & 0xff;
}

void vif_format_mac(const uint8_t mac[6], char text[18])
{
	snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		 mac[5]);
}

void vif_describe(const struct vif_spec *vif, char *object, size_t bytes)
{
	char mac[18];

	vif_format_mac(vif->mac, mac);
	snprintf(object, bytes, "vif %d (%s%s%s)", vif->devid, mac,
		 vif->bridge[0] ? ", bridge " : "", vif->bridge);
}

static bool is_devid_taken(const struct vif_spec *vifs, size_t count, int32_t devid)
{
	for (size_t i = 0; i < count; i++)
		if (vifs[i].devid == devid)
			return true;
	return false;
}

static int fail_twice(const struct vif_spec *vif, const char *cause, struct failure *failure)
{
	char object[200];

	vif_describe(vif, object, sizeof(object));
	return failure_set(failure, FAILURE_CONFIGURATION, STAGE, object, cause,
			   "give each interface its own");
}

static int check_pair(const struct vif_spec *a, const struct vif_spec *b, struct failure *failure)
{
	if (a->devid == b->devid)
		return fail_twice(b, "another interface has this devid", failure);
	if (memcmp(a->mac, b->mac, 6) == 0)
		return fail_twice(b, "another interface has this MAC address", failure);
	if (a->vifname[0] && strcmp(a->vifname, b->vifname) == 0)
		return fail_twice(b, "another interface has this vifname", failure);
	return 0;
}

static void complete_one(struct vif_spec *vif, const uint8_t uuid[16], const char *default_bridge)
{
	if (!vif->has_mac)
		vif_generate_mac(uuid, (uint32_t)vif->devid, vif->mac);
	vif->has_mac = true;
	if (strcmp(vif->script, DEFAULT_SCRIPT) == 0)
		vif->script[0] = '\0';
	if (!vif->bridge[0] && !vif->script[0])
		snprintf(vif->bridge, sizeof(vif->bridge), "%s",
			 default_bridge ? default_bridge : DEFAULT_BRIDGE);
}

int vif_complete(struct vif_spec *vifs, size_t count, const uint8_t uuid[16],
		 const char *default_bridge, struct failure *failure)
{
	for (size_t i = 0; i < count; i++) {
		int32_t devid = (int32_t)i;

		if (vifs[i].devid < 0) {
			for (devid = 0; is_devid_taken(vifs, count, devid);)
				devid++;
			vifs[i].devid = devid;
		}
		complete_one(&vifs[i], uuid, default_bridge);
		for (size_t j = 0; j < i; j++)
			if (check_pair(&vifs[j], &vifs[i], failure))
				return -1;
	}
	return 0;
}
