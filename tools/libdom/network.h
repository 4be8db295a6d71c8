/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host interfaces over netlink: is a bridge there, has the kernel's back end made its interface, set
 * it up in one request. One handle is used by one thread.
 */
#ifndef LIBDOM_NETWORK_H
#define LIBDOM_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "libctl/failure.h"
#include "libdom/vif.h"

struct network;

int network_open(struct network **out, struct failure *failure);
void network_close(struct network *network);
/* Readable when interfaces came, went or changed since network_drain(). */
int network_fd(const struct network *network);
void network_drain(struct network *network);

bool network_has(struct network *network, const char *interface);
/* May the interface be attached on this machine: its bridge is there and is one, its name is free. */
int network_check(struct network *network, const struct vif_spec *vif, struct failure *failure);
/* Names the back end's interface as the vif wants it, and makes it a port of the bridge, with the
 * vif's MTU or else the bridge's, up. *mtu is what it got. */
int network_plug(struct network *network, const char *interface, const struct vif_spec *vif,
		 uint32_t *mtu, struct failure *failure);
/* "vif3.0" */
void network_name_vif(uint32_t domid, uint32_t devid, char name[VIF_NAME_BYTES]);

#endif
