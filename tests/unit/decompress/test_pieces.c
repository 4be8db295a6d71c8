/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the decoders that have known answers: checksums by their published test values,
 * and gzip's optional header fields, which the tool does not write.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../hypervisor/lib/decompress/checksum.h"
#include "sample.h"

static const char digits[] = "123456789";

static void crcs_match_their_check_values(void **state)
{
	static struct crc32_tables crc32;
	static struct crc64_tables crc64;

	crc32_init(&crc32);
	crc64_init(&crc64);
	assert_int_equal(crc32_update(&crc32, 0, digits, 9), 0xcbf43926);
	assert_int_equal(crc64_update(&crc64, 0, digits, 9), 0x995dc9bbdf1939faULL);
	for (size_t cut = 0; cut <= 9; cut++) {
		uint32_t part32 = crc32_update(&crc32, 0, digits, cut);
		uint64_t part64 = crc64_update(&crc64, 0, digits, cut);

		assert_int_equal(crc32_update(&crc32, part32, digits + cut, 9 - cut), 0xcbf43926);
		assert_int_equal(crc64_update(&crc64, part64, digits + cut, 9 - cut),
				 0x995dc9bbdf1939faULL);
	}
}

static void sha256_matches_fips_180(void **state)
{
	static const uint8_t of_abc[SHA256_BYTES] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
		0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
		0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
	static const uint8_t of_two_blocks[SHA256_BYTES] = {
		0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26,
		0x93, 0x0c, 0x3e, 0x60, 0x39, 0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff,
		0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1};
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	uint8_t digest[SHA256_BYTES];

	sha256("abc", 3, digest);
	assert_memory_equal(digest, of_abc, sizeof(digest));
	sha256(two_blocks, strlen(two_blocks), digest);
	assert_memory_equal(digest, of_two_blocks, sizeof(digest));
}

static void xxhash_matches_its_known_values(void **state)
{
	assert_int_equal(xxh32("", 0), 0x02cc5d05);
	assert_int_equal(xxh64("", 0), 0xef46db3751d8e999ULL);
	assert_int_equal(xxh32("abc", 3), 0x32d153ff);
	assert_int_equal(xxh64("abc", 3), 0x44bc2cf5ad770999ULL);
}

/* A gzip stream whose plain header is replaced by one with every optional field. */
static struct buffer make_full_header(const struct buffer *plain)
{
	static const uint8_t fields[] = {0x1f, 0x8b, 8,	  0x1f, 0,   0,	  0,   0, 0,   3,   3,
					 0,    'e',  'x', 't',	'n', 'a', 'm', 0, 'c', 'o', 0};
	static struct crc32_tables crc32;
	struct buffer packed = sample_pack("gzip -n", plain), full;
	uint32_t crc;

	crc32_init(&crc32);
	full.bytes = packed.bytes - 10 + sizeof(fields) + 2;
	full.data = malloc(full.bytes);
	assert_non_null(full.data);
	memcpy(full.data, fields, sizeof(fields));
	crc = crc32_update(&crc32, 0, fields, sizeof(fields));
	full.data[sizeof(fields)] = (uint8_t)crc;
	full.data[sizeof(fields) + 1] = (uint8_t)(crc >> 8);
	memcpy(full.data + sizeof(fields) + 2, packed.data + 10, packed.bytes - 10);
	sample_free(&packed);
	return full;
}

static void optional_fields_of_gzip_are_skipped(void **state)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, 100), out;
	struct buffer full = make_full_header(&plain);
	size_t bytes = full.bytes;
	const char *error;

	sample_check(&full, &plain);
	for (full.bytes = 0; full.bytes < bytes; full.bytes++)
		assert_int_not_equal(sample_unpack(&full, 100, &out, &error), 0);
	full.data[14] ^= 1;
	assert_int_not_equal(sample_unpack(&full, 100, &out, &error), 0);
	assert_string_equal(error, "gzip: header CRC mismatch");
	full.data[3] = 0x80;
	assert_int_not_equal(sample_unpack(&full, 100, &out, &error), 0);
	assert_string_equal(error, "gzip: unknown method or flags");
	sample_free(&full);
	sample_free(&plain);
}

const struct CMUnitTest pieces_tests[] = {
	cmocka_unit_test(crcs_match_their_check_values),
	cmocka_unit_test(sha256_matches_fips_180),
	cmocka_unit_test(xxhash_matches_its_known_values),
	cmocka_unit_test(optional_fields_of_gzip_are_skipped),
};
const size_t nr_pieces_tests = ARRAY_SIZE(pieces_tests);
