/* SPDX-License-Identifier: MIT */
/*
 * xen_version: what the guest runs on. The strings have fixed sizes and are filled with zeros:
 * the lengths below are what is copied to the guest.
 */
#ifndef ABI_VERSION_H
#define ABI_VERSION_H

#include "abi/features.h"
#include "abi/xen.h"

#define XENVER_version 0
#define XENVER_extraversion 1
#define XENVER_compile_info 2
#define XENVER_capabilities 3
#define XENVER_changeset 4
#define XENVER_platform_parameters 5
#define XENVER_get_features 6
#define XENVER_pagesize 7
#define XENVER_guest_handle 8
#define XENVER_commandline 9
#define XENVER_build_id 10

#define XEN_EXTRAVERSION_LEN 16
#define XEN_CAPABILITIES_INFO_LEN 1024
#define XEN_CHANGESET_INFO_LEN 64

/* Bytes of the string of XENVER_commandline; the published headers give it no name. */
#define XEN_COMMANDLINE_LEN 1024

struct xen_compile_info {
	int8_t compiler[64];
	int8_t compile_by[16];
	int8_t compile_domain[32];
	int8_t compile_date[32];
};
ABI_SIZE(struct xen_compile_info, 144);

struct xen_platform_parameters {
	uint64_t virt_start;
};
ABI_SIZE(struct xen_platform_parameters, 8);

struct xen_feature_info {
	uint32_t submap_idx; /* in */
	uint32_t submap;     /* out */
};
ABI_SIZE(struct xen_feature_info, 8);

struct xen_build_id {
	uint32_t len; /* in: bytes that fit; out: bytes there are */
	uint8_t buf[];
};
ABI_SIZE(struct xen_build_id, 4);

#endif
