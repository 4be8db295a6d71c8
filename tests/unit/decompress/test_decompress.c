/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/decompress.h on sound input: what the standard tools pack comes out again, for every format,
 * kind of data and many sizes; formats and stated sizes are recognised.
 */
#include <stdlib.h>
#include <string.h>

#include "hv/errno.h"
#include "sample.h"

static void check_round_trip(const struct packer *packer, enum sample_kind kind, size_t bytes)
{
	struct buffer plain = sample_make(kind, bytes);
	struct buffer packed = sample_pack(packer->command, &plain);

	assert_int_equal(decompress_find_format(packed.data, packed.bytes), packer->format);
	sample_check(&packed, &plain);
	sample_free(&packed);
	sample_free(&plain);
}

static void every_kind_of_data_comes_out_again(void **state)
{
	for (size_t i = 0; i < nr_packers; i++)
		for (unsigned int kind = 0; kind < SAMPLE_NR_KINDS; kind++)
			check_round_trip(&packers[i], (enum sample_kind)kind, 300000);
}

static void small_and_odd_sizes_come_out_again(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 5, 17, 255, 256, 257, 4095, 65536, 65537, 131073};

	for (size_t i = 0; i < nr_packers; i++)
		for (size_t s = 0; s < ARRAY_SIZE(sizes); s += 1 + i % 2)
			check_round_trip(&packers[i], i % 2 ? SAMPLE_TEXT : SAMPLE_CODE, sizes[s]);
}

static void empty_data_come_out_again(void **state)
{
	for (size_t i = 0; i < nr_packers; i++)
		if (packers[i].format != DECOMPRESS_LZ4_LEGACY)
			check_round_trip(&packers[i], SAMPLE_TEXT, 0);
}

static void blocks_of_the_legacy_format_are_joined(void **state)
{
	struct packer packer = {"lz4 -l", DECOMPRESS_LZ4_LEGACY, false};

	check_round_trip(&packer, SAMPLE_TEXT, (8 << 20) - 1);
	check_round_trip(&packer, SAMPLE_TEXT, 8 << 20);
	check_round_trip(&packer, SAMPLE_TEXT, (8 << 20) + 1);
}

static void bytes_behind_the_stream_are_ignored(void **state)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, 20000), packed;

	for (size_t i = 0; i < nr_packers; i++) {
		packed = sample_pack(packers[i].command, &plain);
		packed.data = realloc(packed.data, packed.bytes + 4);
		assert_non_null(packed.data);
		memcpy(packed.data + packed.bytes, "\x20\x4e\0\0", 4);
		packed.bytes += 4;
		sample_check(&packed, &plain);
		sample_free(&packed);
	}
	sample_free(&plain);
}

static void check_size(const char *command, size_t trailing, int expected)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, 70000);
	struct buffer packed = sample_pack(command, &plain);
	uint64_t size = 0;

	packed.data = realloc(packed.data, packed.bytes + trailing);
	assert_non_null(packed.data);
	memset(packed.data + packed.bytes, 1, trailing);
	packed.bytes += trailing;
	assert_int_equal(decompress_size(packed.data, packed.bytes, &size), expected);
	assert_int_equal(size, expected ? 0 : plain.bytes);
	sample_free(&packed);
	sample_free(&plain);
}

static void stated_sizes_are_read(void **state)
{
	uint64_t size;

	check_size("xz", 0, 0);
	check_size("xz --block-size=10000", 4, 0);
	check_size("xz", 5, -ENOENT);
	check_size("zstd", 4, 0);
	check_size("zstd --no-content-size", 0, -ENOENT);
	check_size("lz4 --content-size", 4, 0);
	check_size("lz4", 0, -ENOENT);
	check_size("lz4 -l", 0, -ENOENT);
	check_size("gzip", 0, -ENOENT);
	assert_int_equal(decompress_size("plain", 5, &size), -EINVAL);
}

static void buffer_that_is_too_small_is_said(void **state)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, 400), packed, out;
	const char *error;

	for (size_t i = 0; i < nr_packers; i++) {
		packed = sample_pack(packers[i].command, &plain);
		for (size_t bytes = 0; bytes < plain.bytes; bytes++)
			assert_int_equal(sample_unpack(&packed, bytes, &out, &error), -ENOSPC);
		sample_check(&packed, &plain);
		sample_free(&packed);
	}
	sample_free(&plain);
}

static void check_refused(const char *command, const char *expected)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, 4000), out;
	struct buffer packed = sample_pack(command, &plain);
	const char *error;

	assert_int_equal(sample_unpack(&packed, plain.bytes, &out, &error), -EOPNOTSUPP);
	assert_string_equal(error, expected);
	sample_free(&packed);
	sample_free(&plain);
}

static void unknown_formats_and_options_are_refused(void **state)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, 100), out;
	const char *error;

	assert_int_equal(sample_unpack(&plain, 100, &out, &error), -EOPNOTSUPP);
	assert_string_equal(error, "not compressed in a known format");
	sample_free(&plain);
	check_refused("xz --format=lzma", "compressed in a format that is not decoded");
	check_refused("xz --delta --lzma2", "xz: a filter other than LZMA2 after x86");
	check_refused("xz --arm64 --lzma2", "xz: a filter other than LZMA2 after x86");
}

static void formats_have_names(void **state)
{
	assert_string_equal(decompress_name(DECOMPRESS_XZ), "xz");
	assert_string_equal(decompress_name(DECOMPRESS_NONE), "none");
	assert_string_equal(decompress_name(-1), "unknown");
	assert_string_equal(decompress_name(99), "unknown");
	assert_int_equal(decompress_find_format("BZh91", 5), DECOMPRESS_BZIP2);
	assert_int_equal(decompress_find_format("\xfd"
						"7zX",
						4),
			 DECOMPRESS_NONE);
	assert_int_equal(decompress_find_format("", 0), DECOMPRESS_NONE);
}

static const struct CMUnitTest sound_tests[] = {
	cmocka_unit_test(every_kind_of_data_comes_out_again),
	cmocka_unit_test(small_and_odd_sizes_come_out_again),
	cmocka_unit_test(empty_data_come_out_again),
	cmocka_unit_test(blocks_of_the_legacy_format_are_joined),
	cmocka_unit_test(bytes_behind_the_stream_are_ignored),
	cmocka_unit_test(stated_sizes_are_read),
	cmocka_unit_test(buffer_that_is_too_small_is_said),
	cmocka_unit_test(unknown_formats_and_options_are_refused),
	cmocka_unit_test(formats_have_names),
};

#define MAX_TESTS 32

static void append(struct CMUnitTest *all, size_t *nr, const struct CMUnitTest *tests, size_t count)
{
	memcpy(all + *nr, tests, count * sizeof(*tests));
	*nr += count;
}

int main(void)
{
	static struct CMUnitTest all[MAX_TESTS];
	size_t nr = 0;

	append(all, &nr, pieces_tests, nr_pieces_tests);
	append(all, &nr, sound_tests, ARRAY_SIZE(sound_tests));
	append(all, &nr, corrupt_tests, nr_corrupt_tests);
	append(all, &nr, kernel_tests, nr_kernel_tests);
	return _cmocka_run_group_tests("decompress", all, nr, NULL, NULL);
}
