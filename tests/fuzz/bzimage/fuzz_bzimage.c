/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes hv/bzimage.h: the payload of whatever is accepted lies in the image.
 */
#include <stdlib.h>
#include <string.h>

#include "hv/bzimage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	uint8_t *copy = malloc(bytes ? bytes : 1);
	const char *error = NULL;
	struct bzimage image;

	memcpy(copy, data, bytes);
	if (bzimage_read(copy, bytes, &image, &error)) {
		if (!error)
			abort();
	} else if (image.payload < copy || image.payload_bytes <= 4 ||
		   image.payload_bytes > (size_t)(copy + bytes - image.payload)) {
		abort();
	}
	free(copy);
	return 0;
}
