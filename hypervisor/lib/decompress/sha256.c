/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 of one flat buffer. Source: FIPS 180-4; function names follow its sections 4.1.2 and 6.2.2.
 */
#include "checksum.h"
#include "decoder.h"

#define BLOCK_BYTES 64U
#define NR_ROUNDS 64U

static const uint32_t round_constants[NR_ROUNDS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotate_right(uint32_t x, unsigned int count)
{
	return x >> count | x << (32 - count);
}

static uint32_t big_sigma(uint32_t x, unsigned int a, unsigned int b, unsigned int c)
{
	return rotate_right(x, a) ^ rotate_right(x, b) ^ rotate_right(x, c);
}

static uint32_t small_sigma(uint32_t x, unsigned int a, unsigned int b, unsigned int shift)
{
	return rotate_right(x, a) ^ rotate_right(x, b) ^ x >> shift;
}

static void expand_schedule(uint32_t schedule[NR_ROUNDS], const uint8_t *block)
{
	for (unsigned int t = 0; t < 16; t++)
		schedule[t] = __builtin_bswap32(read_le32(block + 4 * t));
	for (unsigned int t = 16; t < NR_ROUNDS; t++)
		schedule[t] = small_sigma(schedule[t - 2], 17, 19, 10) + schedule[t - 7] +
			      small_sigma(schedule[t - 15], 7, 18, 3) + schedule[t - 16];
}

static void hash_block(uint32_t hash[8], const uint8_t *block)
{
	uint32_t schedule[NR_ROUNDS];
	uint32_t v[8], t1, t2;

	expand_schedule(schedule, block);
	memcpy(v, hash, sizeof(v));
	for (unsigned int t = 0; t < NR_ROUNDS; t++) {
		t1 = v[7] + big_sigma(v[4], 6, 11, 25) + ((v[4] & v[5]) ^ (~v[4] & v[6])) +
		     round_constants[t] + schedule[t];
		t2 = big_sigma(v[0], 2, 13, 22) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (unsigned int i = 0; i < 8; i++)
		hash[i] += v[i];
}

void sha256(const void *data, size_t bytes, uint8_t digest[SHA256_BYTES])
{
	uint32_t hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	uint64_t length = __builtin_bswap64((uint64_t)bytes * 8);
	uint8_t last[2 * BLOCK_BYTES] = {0};
	const uint8_t *p = data;
	size_t last_bytes;

	for (; bytes >= BLOCK_BYTES; bytes -= BLOCK_BYTES, p += BLOCK_BYTES)
		hash_block(hash, p);
	if (bytes > 0)
		memcpy(last, p, bytes);
	last[bytes] = 0x80;
	last_bytes = bytes + 1 + sizeof(length) <= BLOCK_BYTES ? BLOCK_BYTES : 2 * BLOCK_BYTES;
	memcpy(last + last_bytes - sizeof(length), &length, sizeof(length));
	for (size_t i = 0; i < last_bytes; i += BLOCK_BYTES)
		hash_block(hash, last + i);
	for (unsigned int i = 0; i < 8; i++) {
		uint32_t word = __builtin_bswap32(hash[i]);

		memcpy(digest + 4 * i, &word, sizeof(word));
	}
}
