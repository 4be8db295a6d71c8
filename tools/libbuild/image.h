/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A PV kernel's ELF file as a plan: what of the file goes to which pseudo-physical address, and what
 * the kernel says of itself in its Xen notes. Pure: memory in, plan out. A plan that was handed out
 * keeps these promises: every segment lies within the file and ends at or below `end'; segments are
 * in order and do not overlap; addresses made of virt_base and anything below `end' do not wrap.
 */
#ifndef LIBBUILD_IMAGE_H
#define LIBBUILD_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libbuild/reason.h"

#define IMAGE_PAGE_BYTES 4096UL
#define IMAGE_MAX_SEGMENTS 32
#define IMAGE_TEXT_BYTES 32
/* No image reaches higher, whatever the domain's size. */
#define IMAGE_MAX_END (1UL << 40)

struct image_segment {
	uint64_t offset, file_bytes;	 /* in the file */
	uint64_t physical, memory_bytes; /* what is over file_bytes is zero */
};

struct image_notes {
	bool has_any, has_entry, has_virt_base, has_hypercall_page, has_init_p2m, has_hv_start_low,
		has_l1_mfn_valid, has_physical_entry;
	uint64_t entry, virt_base, paddr_offset, hypercall_page, init_p2m, hv_start_low;
	uint64_t mod_start_pfn, suspend_cancel, supported_features, physical_entry;
	uint64_t l1_mfn_valid_mask, l1_mfn_valid_value;
	char system[IMAGE_TEXT_BYTES], version[IMAGE_TEXT_BYTES], loader[IMAGE_TEXT_BYTES],
		xen_version[IMAGE_TEXT_BYTES];
	uint32_t features, features_required; /* bits XENFEAT_* */
};

struct image_plan {
	uint64_t virt_base;  /* of pseudo-physical address 0 */
	uint64_t entry;	     /* virtual */
	uint64_t start, end; /* bytes, pseudo-physical */
	unsigned int nr_segments;
	struct image_segment segments[IMAGE_MAX_SEGMENTS];
	struct image_notes notes;
};

int image_read(const uint8_t *file, size_t bytes, struct image_plan *plan, struct reason *why);

/* One ELF note section's bytes; names other than "Xen" are passed over. */
int notes_read(const uint8_t *bytes, size_t length, struct image_notes *notes, struct reason *why);

/* The payload of a bzImage. has_trailer: its last four bytes are the unpacked size. */
bool bzimage_is(const uint8_t *file, size_t bytes);
int bzimage_find_payload(const uint8_t *file, size_t bytes, size_t *offset, size_t *length,
			 struct reason *why);

#endif
