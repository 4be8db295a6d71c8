/* SPDX-License-Identifier: MIT */
/* callback_op: the entry points of a PV kernel. Type 6 is not assigned. */
#ifndef ABI_CALLBACK_H
#define ABI_CALLBACK_H

#include "abi/xen.h"

#define CALLBACKOP_register 0
#define CALLBACKOP_unregister 1

#define CALLBACKTYPE_event 0
#define CALLBACKTYPE_failsafe 1
#define CALLBACKTYPE_syscall 2
#define CALLBACKTYPE_sysenter_deprecated 3
#define CALLBACKTYPE_nmi 4
#define CALLBACKTYPE_sysenter 5
#define CALLBACKTYPE_syscall32 7

#define _CALLBACKF_mask_events 0
#define CALLBACKF_mask_events 1

struct xen_callback_register {
	uint16_t type;
	uint16_t flags;
	uint64_t address;
};
ABI_SIZE(struct xen_callback_register, 16);

struct xen_callback_unregister {
	uint16_t type;
	uint16_t _unused;
};
ABI_SIZE(struct xen_callback_unregister, 4);

#endif
