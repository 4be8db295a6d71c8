/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XXH32 and XXH64 of one flat buffer, seed 0. Source: the xxHash fast digest algorithm specification.
 */
#include "checksum.h"
#include "decoder.h"

#define NR_LANES 4U

#define P32_1 0x9e3779b1U
#define P32_2 0x85ebca77U
#define P32_3 0xc2b2ae3dU
#define P32_4 0x27d4eb2fU
#define P32_5 0x165667b1U

#define P64_1 0x9e3779b185ebca87ULL
#define P64_2 0xc2b2ae3d27d4eb4fULL
#define P64_3 0x165667b19e3779f9ULL
#define P64_4 0x85ebca77c2b2ae63ULL
#define P64_5 0x27d4eb2f165667c5ULL

static always_inline uint32_t rotate32(uint32_t x, unsigned int count)
{
	return x << count | x >> (32 - count);
}

static always_inline uint64_t rotate64(uint64_t x, unsigned int count)
{
	return x << count | x >> (64 - count);
}

static always_inline uint32_t round32(uint32_t lane, uint32_t input)
{
	return rotate32(lane + input * P32_2, 13) * P32_1;
}

static always_inline uint64_t round64(uint64_t lane, uint64_t input)
{
	return rotate64(lane + input * P64_2, 31) * P64_1;
}

uint32_t xxh32(const void *data, size_t bytes)
{
	uint32_t lane[NR_LANES] = {P32_1 + P32_2, P32_2, 0, 0 - P32_1};
	uint32_t hash = P32_5;
	const uint8_t *p = data;
	size_t left = bytes;

	for (; left >= 16; left -= 16)
		for (unsigned int i = 0; i < NR_LANES; i++, p += 4)
			lane[i] = round32(lane[i], read_le32(p));
	if (bytes >= 16)
		hash = rotate32(lane[0], 1) + rotate32(lane[1], 7) + rotate32(lane[2], 12) +
		       rotate32(lane[3], 18);
	hash += (uint32_t)bytes;
	for (; left >= 4; left -= 4, p += 4)
		hash = rotate32(hash + read_le32(p) * P32_3, 17) * P32_4;
	for (; left > 0; left--)
		hash = rotate32(hash + *p++ * P32_5, 11) * P32_1;
	hash = (hash ^ hash >> 15) * P32_2;
	hash = (hash ^ hash >> 13) * P32_3;
	return hash ^ hash >> 16;
}

/* What is left after the whole stripes, and the final mixing. */
static uint64_t finish64(uint64_t hash, const uint8_t *p, size_t left)
{
	for (; left >= 8; left -= 8, p += 8)
		hash = rotate64(hash ^ round64(0, read_le64(p)), 27) * P64_1 + P64_4;
	if (left >= 4) {
		hash = rotate64(hash ^ read_le32(p) * P64_1, 23) * P64_2 + P64_3;
		left -= 4;
		p += 4;
	}
	for (; left > 0; left--)
		hash = rotate64(hash ^ *p++ * P64_5, 11) * P64_1;
	hash = (hash ^ hash >> 33) * P64_2;
	hash = (hash ^ hash >> 29) * P64_3;
	return hash ^ hash >> 32;
}

uint64_t xxh64(const void *data, size_t bytes)
{
	uint64_t lane[NR_LANES] = {P64_1 + P64_2, P64_2, 0, 0 - P64_1};
	uint64_t hash = P64_5;
	const uint8_t *p = data;
	size_t left = bytes;

	for (; left >= 32; left -= 32)
		for (unsigned int i = 0; i < NR_LANES; i++, p += 8)
			lane[i] = round64(lane[i], read_le64(p));
	if (bytes >= 32) {
		hash = rotate64(lane[0], 1) + rotate64(lane[1], 7) + rotate64(lane[2], 12) +
		       rotate64(lane[3], 18);
		for (unsigned int i = 0; i < NR_LANES; i++)
			hash = (hash ^ round64(0, lane[i])) * P64_1 + P64_4;
	}
	return finish64(hash + bytes, p, left);
}
