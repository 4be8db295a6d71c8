/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loop devices and host interfaces that are in memory only. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "fake_host.h"
#include "libdom/loop.h"
#include "libdom/network.h"

#define NR 8

static struct {
	bool is_used, is_kept;
	struct disk_identity identity;
} loops[NR];
static bool no_loops;
static char interfaces[NR][16], plugged[64];
static int network_event = -1;

void fake_host_reset(void)
{
	memset(loops, 0, sizeof(loops));
	memset(interfaces, 0, sizeof(interfaces));
	plugged[0] = '\0';
	no_loops = false;
}

unsigned int fake_host_loops(void)
{
	unsigned int count = 0;

	for (int i = 0; i < NR; i++)
		count += loops[i].is_used;
	return count;
}

void fake_host_refuse_loops(void)
{
	no_loops = true;
}

int loop_attach(const char *file, bool read_only, struct loop *loop)
{
	int i = 0;

	*loop = (struct loop){.fd = -1};
	while (i < NR && loops[i].is_used)
		i++;
	if (no_loops || i == NR) {
		errno = ENODEV;
		return -1;
	}
	if (disk_identify(file, &loops[i].identity))
		return -1;
	loops[i].is_used = true;
	loop->fd = eventfd(0, 0);
	loop->number = makedev(7, i);
	snprintf(loop->path, sizeof(loop->path), "/dev/loop%d", i);
	return 0;
}

int loop_keep(struct loop *loop)
{
	loops[minor(loop->number)].is_kept = true;
	loop_drop(loop);
	return 0;
}

void loop_drop(struct loop *loop)
{
	if (loop->fd < 0)
		return;
	close(loop->fd);
	loop->fd = -1;
	if (!loops[minor(loop->number)].is_kept)
		loops[minor(loop->number)].is_used = false;
}

int loop_detach(const char *path)
{
	unsigned int i;

	if (sscanf(path, "/dev/loop%u", &i) != 1 || i >= NR)
		return -1;
	loops[i].is_used = loops[i].is_kept = false;
	return 0;
}

int loop_identify(dev_t number, struct disk_identity *identity)
{
	if (major(number) != 7 || minor(number) >= NR || !loops[minor(number)].is_used) {
		errno = ENXIO;
		return -1;
	}
	*identity = loops[minor(number)].identity;
	return 0;
}

void fake_host_add_interface(const char *name)
{
	uint64_t one = 1;

	for (int i = 0; i < NR; i++) {
		if (interfaces[i][0])
			continue;
		snprintf(interfaces[i], sizeof(interfaces[i]), "%s", name);
		break;
	}
	if (network_event >= 0)
		(void)!write(network_event, &one, sizeof(one));
}

void fake_host_remove_interface(const char *name)
{
	for (int i = 0; i < NR; i++)
		if (strcmp(interfaces[i], name) == 0)
			interfaces[i][0] = '\0';
}

const char *fake_host_plugged(void)
{
	return plugged;
}

int network_open(struct network **out, struct failure *failure)
{
	network_event = eventfd(0, EFD_NONBLOCK);
	*out = (struct network *)&network_event;
	return 0;
}

void network_close(struct network *network)
{
	if (!network)
		return;
	close(network_event);
	network_event = -1;
}

int network_fd(const struct network *network)
{
	return network_event;
}

void network_drain(struct network *network)
{
	uint64_t value;

	(void)!read(network_event, &value, sizeof(value));
}

bool network_has(struct network *network, const char *interface)
{
	for (int i = 0; i < NR; i++)
		if (strcmp(interfaces[i], interface) == 0)
			return true;
	return false;
}

int network_check(struct network *network, const struct vif_spec *vif, struct failure *failure)
{
	if (vif->bridge[0] && strcmp(vif->bridge, "xenbr0") != 0)
		return failure_set(failure, FAILURE_NOT_FOUND, "checking", vif->bridge,
				   "there is no bridge", "create it");
	return 0;
}

int network_plug(struct network *network, const char *interface, const struct vif_spec *vif,
		 uint32_t *mtu, struct failure *failure)
{
	*mtu = vif->mtu ? vif->mtu : 1500;
	snprintf(plugged, sizeof(plugged), "%s %u %s", vif->bridge, *mtu,
		 vif->vifname[0] ? vif->vifname : interface);
	return 0;
}

void network_name_vif(uint32_t domid, uint32_t devid, char name[VIF_NAME_BYTES])
{
	snprintf(name, VIF_NAME_BYTES, "vif%u.%u", domid & 0xffff, devid & 0xffff);
}
