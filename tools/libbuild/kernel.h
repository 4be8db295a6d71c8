/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside libbuild only: an opened kernel, its ELF file in our memory.
 */
#ifndef LIBBUILD_KERNEL_H
#define LIBBUILD_KERNEL_H

#include "libbuild/build.h"
#include "libbuild/image.h"

struct build_kernel {
	char path[200]; /* for sentences; may be cut */
	uint8_t *elf;
	size_t bytes;
	struct image_plan plan;
};

/* How many bytes from here on are whole pages of zeroes; a page is wherever one begins. */
size_t kernel_zero_bytes(const uint8_t *at, size_t length);

#endif
