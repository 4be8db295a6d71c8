/* SPDX-License-Identifier: MIT */
/* Xenstore: message types, the message header, the shared page and its state words. */
#ifndef ABI_XS_WIRE_H
#define ABI_XS_WIRE_H

#include "abi/abi.h"

/* xsd_sockmsg.type; 20 is not assigned. */
#define XS_CONTROL 0
#define XS_DIRECTORY 1
#define XS_READ 2
#define XS_GET_PERMS 3
#define XS_WATCH 4
#define XS_UNWATCH 5
#define XS_TRANSACTION_START 6
#define XS_TRANSACTION_END 7
#define XS_INTRODUCE 8
#define XS_RELEASE 9
#define XS_GET_DOMAIN_PATH 10
#define XS_WRITE 11
#define XS_MKDIR 12
#define XS_RM 13
#define XS_SET_PERMS 14
#define XS_WATCH_EVENT 15
#define XS_ERROR 16
#define XS_IS_DOMAIN_INTRODUCED 17
#define XS_RESUME 18
#define XS_SET_TARGET 19
#define XS_RESET_WATCHES 21
#define XS_DIRECTORY_PART 22
#define XS_TYPE_COUNT 23
#define XS_INVALID 0xffff

/* The strings in the payload of XS_WATCH_EVENT, by position. */
#define XS_WATCH_PATH 0
#define XS_WATCH_TOKEN 1

/* Limits in bytes; the payload's does not count the header. */
#define XENSTORE_RING_SIZE 1024
#define XENSTORE_PAYLOAD_MAX 4096
#define XENSTORE_ABS_PATH_MAX 3072
#define XENSTORE_REL_PATH_MAX 2048

#define MASK_XENSTORE_IDX(idx) ((idx) & (XENSTORE_RING_SIZE - 1))

#define XENSTORE_SERVER_FEATURE_RECONNECTION 1
#define XENSTORE_SERVER_FEATURE_ERROR 2

#define XENSTORE_CONNECTED 0
#define XENSTORE_RECONNECT 1

#define XENSTORE_ERROR_NONE 0
#define XENSTORE_ERROR_COMM 1
#define XENSTORE_ERROR_RINGIDX 2
#define XENSTORE_ERROR_PROTO 3

struct xen_xsd_sockmsg {
	uint32_t type;
	uint32_t req_id; /* chosen by the client, returned in the reply */
	uint32_t tx_id;
	uint32_t len; /* bytes of payload that follow */
};
ABI_SIZE(struct xen_xsd_sockmsg, 16);

struct xen_xenstore_domain_interface {
	int8_t req[XENSTORE_RING_SIZE]; /* from the guest */
	int8_t rsp[XENSTORE_RING_SIZE];
	uint32_t req_cons;
	uint32_t req_prod;
	uint32_t rsp_cons;
	uint32_t rsp_prod;
	uint32_t server_features;
	uint32_t connection;
	uint32_t error;
};
ABI_SIZE(struct xen_xenstore_domain_interface, 2076);

#endif
