/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Host interfaces over netlink, by libnl. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/netlink.h>
#include <netlink/errno.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet6.h>

#include "libdom/network.h"

#define STAGE_CHECK "checking the network interfaces"
#define STAGE_PLUG "connecting a network interface"

struct network {
	struct nl_sock *requests, *events;
};

static int network_open_events(struct network *network)
{
	struct nl_sock *events = network->events;
	int error;

	nl_socket_disable_seq_check(events);
	error = nl_connect(events, NETLINK_ROUTE);
	if (!error)
		error = nl_socket_add_membership(events, RTNLGRP_LINK);
	return error ? error : nl_socket_set_nonblocking(events);
}

int network_open(struct network **out, struct failure *failure)
{
	struct network *network = calloc(1, sizeof(*network));
	int error = -NLE_NOMEM;

	if (network) {
		network->requests = nl_socket_alloc();
		network->events = nl_socket_alloc();
		if (network->requests && network->events)
			error = nl_connect(network->requests, NETLINK_ROUTE);
		if (!error)
			error = network_open_events(network);
	}
	if (!error) {
		*out = network;
		return 0;
	}
	network_close(network);
	return failure_set(failure, FAILURE_REFUSED, "opening netlink", "the host's interfaces",
			   nl_geterror(error), "");
}

void network_close(struct network *network)
{
	if (!network)
		return;
	nl_socket_free(network->requests);
	nl_socket_free(network->events);
	free(network);
}

int network_fd(const struct network *network)
{
	return nl_socket_get_fd(network->events);
}

void network_drain(struct network *network)
{
	/* What happened is looked up by name; a burst that overran the socket changes nothing. */
	while (nl_recvmsgs_default(network->events) == 0)
		;
}

static struct rtnl_link *network_find(struct network *network, const char *interface)
{
	struct rtnl_link *link;

	return rtnl_link_get_kernel(network->requests, 0, interface, &link) ? NULL : link;
}

bool network_has(struct network *network, const char *interface)
{
	struct rtnl_link *link = network_find(network, interface);

	if (link)
		rtnl_link_put(link);
	return link != NULL;
}

static int network_fail(const struct vif_spec *vif, enum failure_code code, const char *stage,
			const char *cause, const char *next, struct failure *failure)
{
	char object[200];

	vif_describe(vif, object, sizeof(object));
	return failure_set(failure, code, stage, object, cause, next);
}

/* Borrowed by the caller, who puts it; NULL with the failure filled. */
static struct rtnl_link *network_find_bridge(struct network *network, const struct vif_spec *vif,
					     const char *stage, struct failure *failure)
{
	struct rtnl_link *bridge = network_find(network, vif->bridge);
	const char *type;
	char cause[80];

	if (!bridge) {
		snprintf(cause, sizeof(cause), "there is no bridge %s", vif->bridge);
		network_fail(vif, FAILURE_NOT_FOUND, stage, cause,
			     "create the bridge, or name another with bridge=", failure);
		return NULL;
	}
	type = rtnl_link_get_type(bridge);
	if (type && strcmp(type, "bridge") == 0)
		return bridge;
	rtnl_link_put(bridge);
	snprintf(cause, sizeof(cause), "%s is not a bridge", vif->bridge);
	network_fail(vif, FAILURE_CONFIGURATION, stage, cause,
		     "name a bridge with bridge=, or a script that knows what to do", failure);
	return NULL;
}

int network_check(struct network *network, const struct vif_spec *vif, struct failure *failure)
{
	struct rtnl_link *bridge;

	if (vif->vifname[0] && network_has(network, vif->vifname))
		return network_fail(vif, FAILURE_BUSY, STAGE_CHECK,
				    "an interface with this vifname exists", "choose another",
				    failure);
	if (!vif->bridge[0] || vif->script[0])
		return 0;
	bridge = network_find_bridge(network, vif, STAGE_CHECK, failure);
	if (!bridge)
		return -1;
	rtnl_link_put(bridge);
	return 0;
}

static int network_change(struct network *network, struct rtnl_link *link, struct rtnl_link *bridge,
			  const struct vif_spec *vif, uint32_t mtu)
{
	struct rtnl_link *change = rtnl_link_alloc();
	int error;

	if (!change)
		return -NLE_NOMEM;
	if (vif->vifname[0])
		rtnl_link_set_name(change, vif->vifname);
	if (mtu)
		rtnl_link_set_mtu(change, mtu);
	if (bridge)
		rtnl_link_set_master(change, rtnl_link_get_ifindex(bridge));
	/* A port of a bridge has no address of its own, nor makes one. */
	rtnl_link_inet6_set_addr_gen_mode(change, IN6_ADDR_GEN_MODE_NONE);
	rtnl_link_set_flags(change, IFF_UP);
	error = rtnl_link_change(network->requests, link, change, 0);
	if (error == -NLE_OPNOTSUPP || error == -NLE_AF_NOSUPPORT || error == -NLE_INVAL) {
		/* A kernel without IPv6 refuses the request for what it says about it. */
		rtnl_link_inet6_set_addr_gen_mode(change, IN6_ADDR_GEN_MODE_EUI64);
		error = rtnl_link_change(network->requests, link, change, 0);
	}
	rtnl_link_put(change);
	return error;
}

int network_plug(struct network *network, const char *interface, const struct vif_spec *vif,
		 uint32_t *mtu, struct failure *failure)
{
	struct rtnl_link *link = network_find(network, interface), *bridge = NULL;
	int error;

	if (!link)
		return network_fail(vif, FAILURE_GENERAL, STAGE_PLUG,
				    "the back end's interface went away", "", failure);
	if (vif->bridge[0]) {
		bridge = network_find_bridge(network, vif, STAGE_PLUG, failure);
		if (!bridge) {
			rtnl_link_put(link);
			return -1;
		}
	}
	*mtu = vif->mtu;
	if (!*mtu)
		*mtu = rtnl_link_get_mtu(bridge ? bridge : link);
	error = network_change(network, link, bridge, vif, *mtu);
	if (bridge)
		rtnl_link_put(bridge);
	rtnl_link_put(link);
	if (error)
		return network_fail(vif, FAILURE_REFUSED, STAGE_PLUG, nl_geterror(error),
				    "check its bridge, vifname and mtu", failure);
	return 0;
}

void network_name_vif(uint32_t domid, uint32_t devid, char name[VIF_NAME_BYTES])
{
	snprintf(name, VIF_NAME_BYTES, "vif%u.%u", domid & 0xffff, devid & 0xffff);
}
