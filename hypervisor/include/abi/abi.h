/* SPDX-License-Identifier: MIT */
/*
 * What every ABI header starts from: fixed-width types and the two layout asserts.
 *
 * Conventions of this folder: constants carry their published names; a struct is called
 * xen_<published name>; a guest handle is a uint64_t that holds a guest linear address; a frame
 * number or a guest "unsigned long" is a uint64_t; a domain id is a uint16_t; an event port, a
 * grant reference and a grant handle are uint32_t. Constants carry no C suffix, so that assembly
 * can use them. tests/abi compares everything here with the published headers.
 */
#ifndef ABI_ABI_H
#define ABI_ABI_H

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#define ABI_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "size of " #type)
#define ABI_OFFSET(type, field, bytes) \
	_Static_assert(offsetof(type, field) == (bytes), "offset of " #field " in " #type)

#endif

#endif
