/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CRC-32 and CRC-64, reflected. Table k gives the effect of a byte that k more bytes follow, so that
 * a whole word is folded in with independent look-ups.
 */
#include "checksum.h"
#include "decoder.h"

#define CRC32_POLYNOMIAL 0xedb88320U
#define CRC64_POLYNOMIAL 0xc96c5795d7870f42ULL

void crc32_init(struct crc32_tables *tables)
{
	uint32_t crc;

	for (uint32_t i = 0; i < 256; i++) {
		crc = i;
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32_POLYNOMIAL : 0);
		tables->t[0][i] = crc;
	}
	for (unsigned int k = 1; k < ARRAY_SIZE(tables->t); k++)
		for (unsigned int i = 0; i < 256; i++)
			tables->t[k][i] = tables->t[k - 1][i] >> 8 ^
					  tables->t[0][tables->t[k - 1][i] & 0xff];
}

void crc64_init(struct crc64_tables *tables)
{
	uint64_t crc;

	for (uint32_t i = 0; i < 256; i++) {
		crc = i;
		for (unsigned int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC64_POLYNOMIAL : 0);
		tables->t[0][i] = crc;
	}
	for (unsigned int k = 1; k < ARRAY_SIZE(tables->t); k++)
		for (unsigned int i = 0; i < 256; i++)
			tables->t[k][i] = tables->t[k - 1][i] >> 8 ^
					  tables->t[0][tables->t[k - 1][i] & 0xff];
}

uint32_t crc32_update(const struct crc32_tables *tables, uint32_t crc, const void *data,
		      size_t bytes)
{
	const uint8_t *p = data;
	uint32_t low, high;

	crc = ~crc;
	for (; bytes >= 8; bytes -= 8, p += 8) {
		low = read_le32(p) ^ crc;
		high = read_le32(p + 4);
		crc = tables->t[7][low & 0xff] ^ tables->t[6][low >> 8 & 0xff] ^
		      tables->t[5][low >> 16 & 0xff] ^ tables->t[4][low >> 24] ^
		      tables->t[3][high & 0xff] ^ tables->t[2][high >> 8 & 0xff] ^
		      tables->t[1][high >> 16 & 0xff] ^ tables->t[0][high >> 24];
	}
	for (; bytes > 0; bytes--)
		crc = crc >> 8 ^ tables->t[0][(crc ^ *p++) & 0xff];
	return ~crc;
}

uint64_t crc64_update(const struct crc64_tables *tables, uint64_t crc, const void *data,
		      size_t bytes)
{
	const uint8_t *p = data;
	uint32_t low;

	crc = ~crc;
	for (; bytes >= 4; bytes -= 4, p += 4) {
		low = read_le32(p) ^ (uint32_t)crc;
		crc = crc >> 32 ^ tables->t[3][low & 0xff] ^ tables->t[2][low >> 8 & 0xff] ^
		      tables->t[1][low >> 16 & 0xff] ^ tables->t[0][low >> 24];
	}
	for (; bytes > 0; bytes--)
		crc = crc >> 8 ^ tables->t[0][(crc ^ *p++) & 0xff];
	return ~crc;
}
