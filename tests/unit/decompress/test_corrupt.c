/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/decompress.h on broken input: every truncation is an error, changed bits never give wrong data
 * where the format has a checksum, and nothing is read or written out of bounds (the sanitizers watch).
 */
#include <stdlib.h>
#include <string.h>

#include "sample.h"

#define PLAIN_BYTES 3000U
#define NR_CHANGES 1500U

static void every_truncation_is_an_error(void **state)
{
	struct buffer plain = sample_make(SAMPLE_CODE, PLAIN_BYTES), packed, cut, out;
	const char *error;

	for (size_t i = 0; i < nr_packers; i++) {
		packed = sample_pack(packers[i].command, &plain);
		cut = packed;
		for (cut.bytes = 0; cut.bytes < packed.bytes; cut.bytes++)
			assert_int_not_equal(sample_unpack(&cut, PLAIN_BYTES, &out, &error), 0);
		sample_free(&packed);
	}
	sample_free(&plain);
}

/* Decodes what may be broken; when it passes for sound despite a checksum, the data must be right. */
static void check_changed(const struct packer *packer, const struct buffer *changed,
			  const struct buffer *plain)
{
	const char *error;
	struct buffer out;

	if (sample_unpack(changed, plain->bytes + 100, &out, &error))
		return;
	if (packer->has_check) {
		assert_int_equal(out.bytes, plain->bytes);
		assert_memory_equal(out.data, plain->data, plain->bytes);
	}
	sample_free(&out);
}

static void changed_bits_never_pass_for_data(void **state)
{
	struct buffer packed, plain;

	srand(6);
	for (size_t i = 0; i < nr_packers; i++) {
		plain = sample_make(i % 2 ? SAMPLE_TEXT : SAMPLE_CODE, PLAIN_BYTES);
		packed = sample_pack(packers[i].command, &plain);
		for (unsigned int k = 0; k < NR_CHANGES; k++) {
			size_t at = (size_t)rand() % packed.bytes;
			uint8_t was = packed.data[at];

			packed.data[at] ^= (uint8_t)(1 << rand() % 8);
			check_changed(&packers[i], &packed, &plain);
			packed.data[at] = was;
		}
		sample_free(&packed);
		sample_free(&plain);
	}
}

static void noise_behind_a_sound_start_is_survived(void **state)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, PLAIN_BYTES), packed, noisy;

	srand(7);
	for (size_t i = 0; i < nr_packers; i++) {
		packed = sample_pack(packers[i].command, &plain);
		noisy.bytes = packed.bytes;
		noisy.data = malloc(noisy.bytes);
		assert_non_null(noisy.data);
		for (unsigned int k = 0; k < 300; k++) {
			size_t kept = 4 + (size_t)rand() % (packed.bytes - 4);

			memcpy(noisy.data, packed.data, kept);
			for (size_t at = kept; at < noisy.bytes; at++)
				noisy.data[at] = (uint8_t)rand();
			check_changed(&packers[i], &noisy, &plain);
		}
		sample_free(&noisy);
		sample_free(&packed);
	}
	sample_free(&plain);
}

static void errors_say_what_is_wrong(void **state)
{
	struct buffer plain = sample_make(SAMPLE_TEXT, PLAIN_BYTES), out;
	struct buffer packed = sample_pack("xz --check=crc32", &plain);
	const char *error;

	packed.data[13] ^= 1;
	assert_int_not_equal(sample_unpack(&packed, PLAIN_BYTES, &out, &error), 0);
	assert_string_equal(error, "xz: block header CRC mismatch");
	packed.data[13] ^= 1;
	packed.data[8] ^= 1;
	assert_int_not_equal(sample_unpack(&packed, PLAIN_BYTES, &out, &error), 0);
	assert_string_equal(error, "xz: stream header CRC mismatch");
	packed.data[8] ^= 1;
	packed.data[packed.bytes - 1] ^= 1;
	assert_int_not_equal(sample_unpack(&packed, PLAIN_BYTES, &out, &error), 0);
	assert_string_equal(error, "xz: no signature at the end");
	sample_free(&packed);
	sample_free(&plain);
}

/* The last 24 bytes, index and footer, of another stream of one block. */
static void index_of_another_stream_is_refused(void **state)
{
	struct buffer plain = sample_make(SAMPLE_NOISE, 1000), out;
	struct buffer other = sample_make(SAMPLE_NOISE, 1001);
	struct buffer packed = sample_pack("xz", &plain), donor = sample_pack("xz", &other);
	const char *error;

	memcpy(packed.data + packed.bytes - 24, donor.data + donor.bytes - 24, 24);
	assert_int_not_equal(sample_unpack(&packed, 2000, &out, &error), 0);
	assert_string_equal(error, "xz: the index does not match the blocks");
	sample_free(&donor);
	sample_free(&packed);
	sample_free(&other);
	sample_free(&plain);
}

const struct CMUnitTest corrupt_tests[] = {
	cmocka_unit_test(every_truncation_is_an_error),
	cmocka_unit_test(changed_bits_never_pass_for_data),
	cmocka_unit_test(noise_behind_a_sound_start_is_survived),
	cmocka_unit_test(errors_say_what_is_wrong),
	cmocka_unit_test(index_of_another_stream_is_refused),
};
const size_t nr_corrupt_tests = ARRAY_SIZE(corrupt_tests);
