/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any line as a request to consoled: taken with every field in its range, or refused with a reason.
 */
#include <stdint.h>
#include <stdlib.h>

#include "consoled/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request request;

	if (size >= REQUEST_BYTES || request_parse((const char *)data, size, &request))
		return 0;
	if (request.domid > UINT16_MAX || request.number > UINT16_MAX)
		abort();
	if (request.set.rotate_count > 1000 || request.kind > REQUEST_SET)
		abort();
	return 0;
}
