/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside of the .xz decoder: its work area and its filter.
 */
#ifndef DECOMPRESS_XZ_H
#define DECOMPRESS_XZ_H

#include "checksum.h"
#include "lzma2.h"

struct xz_work {
	struct crc32_tables crc32;
	struct crc64_tables crc64;
	struct lzma lzma;
};
CHECK_WORK_SIZE(struct xz_work);

/* Undoes the x86 filter on a block's whole output, in place; start is the filter's start offset. */
void bcj_x86_decode(uint8_t *data, size_t bytes, uint32_t start);

#endif /* DECOMPRESS_XZ_H */
