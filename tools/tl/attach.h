/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What commands about devices of running guests share: the guest, the words of a specification,
 * claims of images, listings, detaching by name.
 */
#ifndef TL_ATTACH_H
#define TL_ATTACH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "libctl/ctl.h"
#include "libdom/device.h"
#include "libdom/settings.h"

struct invocation;

/* Of one device that is to be attached. */
struct attachment {
	struct invocation *invocation;
	struct ctl *ctl;
	struct store *store;
	const struct settings *settings;
	struct xen_domctl_getdomaininfo info;
	uint32_t domid;
	char *name, *text; /* of the guest; the specification, its words joined by commas */
	struct device_claim *claim;
};

/* The first operand is the guest, the others are the specification. Nothing is open after -1. */
int attachment_open(struct attachment *attachment, struct invocation *invocation);
void attachment_close(struct attachment *attachment);
/* A failure of the specification. */
void attachment_refuse(struct attachment *attachment, const struct spec_error *error);
/* Until attachment_close(). */
int attachment_claim(struct attachment *attachment, const struct disk_spec *disk);

struct device_listing {
	enum device_kind kind;
	const char *header;
	void (*print)(const struct device_info *info);
	json_t *(*describe)(const struct device_info *info);
};

/* Of all domains that are operands. */
int device_listing_run(struct invocation *invocation, const struct device_listing *listing);

/* Operands are the guest and the device; info is filled. */
int device_detach_named(struct invocation *invocation, enum device_kind kind, bool forced,
			struct device_info *info);

#endif
