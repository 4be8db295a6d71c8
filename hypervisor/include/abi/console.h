/* SPDX-License-Identifier: MIT */
/* The page of the paravirtual console. Indices run freely and are masked by the ring's size. */
#ifndef ABI_CONSOLE_H
#define ABI_CONSOLE_H

#include "abi/abi.h"

#define MASK_XENCONS_IDX(idx, ring) ((idx) & (sizeof(ring) - 1))

struct xen_xencons_interface {
	int8_t in[1024]; /* to the guest */
	int8_t out[2048];
	uint32_t in_cons;
	uint32_t in_prod;
	uint32_t out_cons;
	uint32_t out_prod;
};
ABI_SIZE(struct xen_xencons_interface, 3088);

#endif
