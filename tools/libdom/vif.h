/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network interface as a configuration names it (xl-network-configuration(5)): text to struct
 * vif_spec, rates, MAC addresses. Pure; what the names mean on this machine is network.h's.
 */
#ifndef LIBDOM_VIF_H
#define LIBDOM_VIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdom/disk.h"

enum vif_type { VIF_TYPE_ANY, VIF_TYPE_VIF, VIF_TYPE_IOEMU };

#define VIF_NAME_BYTES 16 /* an interface's name and its zero byte, as the kernel has it */

struct vif_spec {
	int32_t devid; /* -1: vif_complete() gives the lowest that is free */
	bool has_mac;
	uint8_t mac[6];
	char bridge[VIF_NAME_BYTES];	 /* "": vif_complete() sets the default */
	char vifname[VIF_NAME_BYTES];	 /* "": vifDOMID.DEVID */
	char gatewaydev[VIF_NAME_BYTES]; /* "": none */
	char model[32];
	enum vif_type type;
	char ip[256]; /* "": none */
	bool has_rate;
	uint32_t rate_bytes;	   /* in each interval */
	uint32_t rate_interval_us; /* 50,000 unless said */
	uint32_t mtu;		   /* 0: the bridge's */
	bool untrusted;
	char backend_domain[64]; /* "": domain 0 */
	char script[256];	 /* "": none, the tool itself attaches it; else an absolute path */
};

/* 0, or -1 with *error filled and *vif undefined. Reads nothing but text. */
int vif_parse(const char *text, struct vif_spec *vif, struct spec_error *error);
/* "10Mb/s@50ms". 0, or -1 with the reason in *error. */
int vif_parse_rate(const char *text, uint32_t *bytes, uint32_t *interval_us,
		   struct spec_error *error);
int vif_parse_mac(const char *text, uint8_t mac[6]);
/* The address that this guest's devid always gets: 00:16:3e and 24 bits of a hash of both. */
void vif_generate_mac(const uint8_t uuid[16], uint32_t devid, uint8_t mac[6]);
void vif_format_mac(const uint8_t mac[6], char text[18]);

/* What the specifications of one guest leave open: devids, addresses from the uuid, the bridge
 * (default_bridge, or xenbr0 when that is NULL; none with a script other than vif-bridge), and
 * "vif-bridge" as a script is none: the tool does that itself. A devid, address or name twice is a
 * failure. */
int vif_complete(struct vif_spec *vifs, size_t count, const uint8_t uuid[16],
		 const char *default_bridge, struct failure *failure);
/* "vif 0 (00:16:3e:…, bridge xenbr0)", the object of failures. */
void vif_describe(const struct vif_spec *vif, char *object, size_t bytes);

#endif
