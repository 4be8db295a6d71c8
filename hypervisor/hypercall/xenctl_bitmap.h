/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bitmaps of the control interfaces: bytes in the caller's memory, as many bits as he says. */
#ifndef HYPERCALL_XENCTL_BITMAP_H
#define HYPERCALL_XENCTL_BITMAP_H

#include "abi/xen.h"
#include "hv/types.h"

/* The caller's bits into a map of nr_bits, zeros where he gives fewer; bits beyond are his loss. -EFAULT. */
int must_check xenctl_bitmap_read(const struct xen_xenctl_bitmap *from, unsigned long *map,
				  uint32_t nr_bits);
/* More than there are CPUs or nodes anywhere; what is behind ours is cleared in one piece. */
#define XENCTL_BITMAP_MAX_BITS (1u << 20)
/* A map of nr_bits to the caller, cut or filled with zeros to his size. -EFAULT, -EINVAL (longer than the most). */
int must_check xenctl_bitmap_write(const struct xen_xenctl_bitmap *to, const unsigned long *map,
				   uint32_t nr_bits);

#endif
