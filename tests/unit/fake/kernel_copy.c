/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stands in for the copy into a guest kernel's address space: the fake has one for all. */
#include "hv/arch.h"
#include "hv/guest_access.h"

__attribute__((weak)) int arch_copy_to_guest_kernel(uint64_t guest_address, const void *from,
						    size_t bytes)
{
	return guest_copy_to(guest_address, from, bytes);
}
