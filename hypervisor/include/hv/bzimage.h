/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Linux boot image (bzImage) around a compressed kernel.
 *
 * Source: the Linux/x86 boot protocol, 2.08 and later (Documentation/x86/boot.rst). The image is
 * untrusted input: every offset is checked. A struct bzimage points into the image and owns nothing.
 */
#ifndef HV_BZIMAGE_H
#define HV_BZIMAGE_H

#include "hv/types.h"

struct bzimage {
	uint16_t version;	/* of the boot protocol, 0x0208 and up */
	const uint8_t *payload; /* compressed kernel, its trailing size field included */
	size_t payload_bytes;
	uint32_t decompressed_bytes; /* what the payload's last four bytes state, modulo 4 GiB */
};

/* Whether the image carries the boot protocol's signature at all. */
bool bzimage_is_bzimage(const void *image, size_t image_bytes);

/* Finds the payload. -EINVAL with *error a constant text; *out is set only on success. */
must_check int bzimage_read(const void *image, size_t image_bytes, struct bzimage *out,
			    const char **error);

#endif /* HV_BZIMAGE_H */
