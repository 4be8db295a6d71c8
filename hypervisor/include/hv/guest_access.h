/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only way to touch memory at addresses that a guest chose: linear
 * addresses in current's address space, outside the hypervisor's range, with
 * faults turned into -EFAULT. A structure is copied once into the hypervisor
 * and never read twice. May not be called with locks held.
 */
#ifndef HV_GUEST_ACCESS_H
#define HV_GUEST_ACCESS_H

#include "asm/guest_access.h"
#include "hv/errno.h"
#include "hv/types.h"

int must_check guest_copy_from(void *to, uint64_t guest_address, size_t bytes);
int must_check guest_copy_to(uint64_t guest_address, const void *from, size_t bytes);
int must_check guest_clear(uint64_t guest_address, size_t bytes);
/* asm/guest_access.h has both again in line for hot paths, as guest_copy_from_inline() and guest_copy_to_inline(): for a constant number of
 * bytes, up to 96 and a multiple of 4. */
/* Element i of an array of elements of that size; -EFAULT also when the address arithmetic wraps. */
int must_check guest_copy_from_index(void *to, uint64_t guest_array, uint64_t index,
				     size_t element_bytes);
int must_check guest_copy_to_index(uint64_t guest_array, uint64_t index, const void *from,
				   size_t element_bytes);
/* True when [address, address + bytes) lies wholly outside the hypervisor's range. */
bool guest_range_is_permitted(uint64_t address, uint64_t bytes);

#endif
