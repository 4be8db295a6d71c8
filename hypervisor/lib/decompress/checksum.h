/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checksums that the formats carry: CRC-32 (ISO 3309), CRC-64 (ECMA-182), XXH32, XXH64, SHA-256.
 *
 * The CRCs go eight or four bytes at a time by tables, which are made at run time in the caller's
 * work area rather than kept in the image.
 */
#ifndef DECOMPRESS_CHECKSUM_H
#define DECOMPRESS_CHECKSUM_H

#include "hv/types.h"

struct crc32_tables {
	uint32_t t[8][256];
};

struct crc64_tables {
	uint64_t t[4][256];
};

#define SHA256_BYTES 32U

void crc32_init(struct crc32_tables *tables);
void crc64_init(struct crc64_tables *tables);

/* The CRC of all data so far, given that of the data before; 0 before any. */
uint32_t crc32_update(const struct crc32_tables *tables, uint32_t crc, const void *data,
		      size_t bytes);
uint64_t crc64_update(const struct crc64_tables *tables, uint64_t crc, const void *data,
		      size_t bytes);

/* With seed 0. */
uint32_t xxh32(const void *data, size_t bytes);
uint64_t xxh64(const void *data, size_t bytes);

void sha256(const void *data, size_t bytes, uint8_t digest[SHA256_BYTES]);

#endif /* DECOMPRESS_CHECKSUM_H */
