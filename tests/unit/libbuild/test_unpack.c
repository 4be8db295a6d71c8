/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Payloads: each packing a kernel's build makes is unpacked to what it was; corrupt ones, cut ones
 * and ones that grow too large are refused, and nothing is written behind the room given.
 */
#include "support.h"

#include <lz4hc.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "libbuild/unpack.h"

#define PLAIN_BYTES (3UL << 20)
#define PACKED_ROOM (4UL << 20)

static uint8_t *plain, *packed;
/* lz4 and zstd as kernels have them have no checksum: damage may pass. */
static bool is_damaged;

/* Neither all the same nor without order, and over more than one piece. */
static int set_up(void **state)
{
	uint32_t seed = 1;

	plain = malloc(PLAIN_BYTES);
	packed = malloc(PACKED_ROOM);
	for (size_t i = 0; plain && i < PLAIN_BYTES; i++) {
		seed = seed * 1664525 + 1013904223;
		plain[i] = i % 7 ? (uint8_t)(i >> 9) : (uint8_t)(seed >> 24);
	}
	return plain &&packed ? 0 : -1;
}

static int tear_down(void **state)
{
	free(plain);
	free(packed);
	return 0;
}

static size_t pack_gzip(void)
{
	z_stream stream = {.next_in = plain,
			   .avail_in = PLAIN_BYTES,
			   .next_out = packed,
			   .avail_out = PACKED_ROOM};

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

/* As the kernel's build: behind the stream, the size. */
static size_t add_size(size_t bytes)
{
	uint32_t size = PLAIN_BYTES;

	memcpy(packed + bytes, &size, 4);
	return bytes + 4;
}

static size_t pack_xz(void)
{
	size_t used = 0;

	assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, plain, PLAIN_BYTES,
						 packed, &used, PACKED_ROOM),
			 LZMA_OK);
	return add_size(used);
}

static size_t pack_lzma(void)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_options_lzma options;

	lzma_lzma_preset(&options, 1);
	assert_int_equal(lzma_alone_encoder(&stream, &options), LZMA_OK);
	stream.next_in = plain;
	stream.avail_in = PLAIN_BYTES;
	stream.next_out = packed;
	stream.avail_out = PACKED_ROOM;
	assert_int_equal(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
	lzma_end(&stream);
	return add_size(stream.total_out);
}

static size_t pack_lz4(void)
{
	static const uint8_t magic[] = {0x02, 0x21, 0x4c, 0x18};
	const size_t half = PLAIN_BYTES / 2;
	size_t at = sizeof(magic);

	memcpy(packed, magic, sizeof(magic));
	for (size_t from = 0; from < PLAIN_BYTES; from += half) {
		uint32_t got = (uint32_t)LZ4_compress_HC((char *)plain + from,
							 (char *)packed + at + 4, (int)half,
							 (int)(PACKED_ROOM - at - 8), 3);

		memcpy(packed + at, &got, 4);
		at += 4 + got;
	}
	return add_size(at);
}

static size_t pack_zstd(void)
{
	return add_size(ZSTD_compress(packed, PACKED_ROOM, plain, PLAIN_BYTES, 3));
}

static size_t (*const packers[])(void) = {pack_gzip, pack_xz, pack_lzma, pack_lz4, pack_zstd};
#define NR_PACKERS (sizeof(packers) / sizeof(packers[0]))

/* Input and output to the byte, for the sanitizer. */
static int unpack(size_t bytes, size_t room, struct reason *why)
{
	uint8_t *in = malloc(bytes), *to = malloc(room);
	struct unpack_output out = {.at = to, .room = room};
	const struct unpack_format *format;
	int rc = -1;

	assert_true(in && to);
	memcpy(in, packed, bytes);
	why->text[0] = '\0';
	format = unpack_find_format(in, bytes, why);
	if (format)
		rc = unpack_run(format, in, bytes, &out, why);
	if (!rc && !is_damaged && out.produced == PLAIN_BYTES)
		assert_memory_equal(to, plain, PLAIN_BYTES);
	assert_true(out.produced <= room);
	free(in);
	free(to);
	return rc;
}

static void each_packing_is_unpacked(void **state)
{
	for (size_t i = 0; i < NR_PACKERS; i++) {
		struct reason why;
		size_t bytes = packers[i](), stated;

		assert_int_equal(unpack_stated_bytes(packed, bytes, &stated, &why), 0);
		assert_int_equal(stated, PLAIN_BYTES);
		assert_int_equal(unpack(bytes, PLAIN_BYTES, &why), 0);
		assert_int_equal(unpack(bytes, PLAIN_BYTES + 5000, &why), 0);
	}
}

static void more_than_the_room_is_refused(void **state)
{
	for (size_t i = 0; i < NR_PACKERS; i++) {
		struct reason why;
		size_t bytes = packers[i]();

		assert_int_equal(unpack(bytes, PLAIN_BYTES - 1, &why), -1);
		assert_non_null(strstr(why.text, "unpacks to more than the"));
		assert_int_equal(unpack(bytes, 1, &why), -1);
	}
}

static void cut_payloads_are_refused(void **state)
{
	for (size_t i = 0; i < NR_PACKERS; i++) {
		struct reason why;
		size_t bytes = packers[i]();

		assert_int_equal(unpack(bytes / 2, PLAIN_BYTES, &why), -1);
		assert_non_null(strstr(why.text, "corrupt"));
		/* The shortest that still is of this format. */
		if (unpack(8, PLAIN_BYTES, &why))
			assert_true(strlen(why.text) > 10);
	}
}

static void corrupt_payloads_are_survived(void **state)
{
	for (size_t i = 0; i < NR_PACKERS; i++) {
		size_t bytes = packers[i]();

		for (size_t at = 6; at < bytes; at += bytes / 37) {
			struct reason why;

			packed[at] ^= 0x5a;
			is_damaged = true;
			if (unpack(bytes, PLAIN_BYTES, &why))
				assert_true(strlen(why.text) > 10);
			is_damaged = false;
			packed[at] ^= 0x5a;
		}
	}
}

static void foreign_packings_are_named(void **state)
{
	struct reason why;

	memcpy(packed, "BZh91AY", 7);
	assert_int_equal(unpack(7, 1, &why), -1);
	assert_non_null(strstr(why.text, "packed with bzip2"));
	memcpy(packed, "\x89LZO\0", 5);
	assert_int_equal(unpack(5, 1, &why), -1);
	assert_non_null(strstr(why.text, "packed with lzo"));
	memset(packed, 0, 8);
	assert_int_equal(unpack(8, 1, &why), -1);
	assert_non_null(strstr(why.text, "not known"));
}

static void stated_sizes_are_bounded(void **state)
{
	const uint32_t sizes[] = {0, UNPACK_LIMIT + 1, UINT32_MAX};
	struct reason why;
	size_t stated;

	for (int i = 0; i < 3; i++)
		assert_int_equal(unpack_stated_bytes((const uint8_t *)&sizes[i], 4, &stated, &why),
				 -1);
	assert_non_null(strstr(why.text, "4095 MiB"));
	assert_int_equal(unpack_stated_bytes(packed, 3, &stated, &why), -1);
}

static size_t finished_bytes;

static void count_finished(const struct unpack_output *out, uint8_t *piece, size_t bytes)
{
	(void)out;
	(void)piece;
	finished_bytes += bytes;
}

static void each_byte_is_finished_once(void **state)
{
	for (size_t i = 0; i < NR_PACKERS; i++) {
		struct reason why;
		size_t bytes = packers[i]();
		uint8_t *to = malloc(PLAIN_BYTES);
		struct unpack_output out = {
			.at = to, .room = PLAIN_BYTES, .finished = count_finished};

		finished_bytes = 0;
		assert_int_equal(unpack_run(unpack_find_format(packed, bytes, &why), packed, bytes,
					    &out, &why),
				 0);
		assert_int_equal(finished_bytes, PLAIN_BYTES);
		assert_memory_equal(to, plain, PLAIN_BYTES);
		free(to);
	}
}

int run_unpack_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_packing_is_unpacked),
		cmocka_unit_test(more_than_the_room_is_refused),
		cmocka_unit_test(cut_payloads_are_refused),
		cmocka_unit_test(corrupt_payloads_are_survived),
		cmocka_unit_test(foreign_packings_are_named),
		cmocka_unit_test(stated_sizes_are_bounded),
		cmocka_unit_test(each_byte_is_finished_once),
	};

	return cmocka_run_group_tests_name("unpack", tests, set_up, tear_down);
}
