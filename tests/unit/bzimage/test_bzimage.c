/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hv/bzimage.h: the payload is found where the boot protocol says, and never outside the image.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "hv/errno.h"
#include "hv/bzimage.h"

#define IMAGE_BYTES 4096U

static uint8_t image[IMAGE_BYTES];

static void put32(size_t offset, uint32_t value)
{
	memcpy(image + offset, &value, sizeof(value));
}

/* One set-up sector behind the first, so the code starts at 1024; the payload 256 bytes on. */
static void build(void)
{
	memset(image, 0, sizeof(image));
	image[0x1f1] = 1;
	image[0x1fe] = 0x55;
	image[0x1ff] = 0xaa;
	memcpy(image + 0x202, "HdrS", 4);
	image[0x206] = 0x0f;
	image[0x207] = 0x02;
	put32(0x248, 256);
	put32(0x24c, 100);
	put32(1024 + 256 + 96, 0x03eda874);
}

static void check_refused(size_t bytes, const char *expected)
{
	const char *error = NULL;
	struct bzimage found;

	assert_int_equal(bzimage_read(image, bytes, &found, &error), -EINVAL);
	assert_string_equal(error, expected);
	build();
}

static void payload_and_size_are_found(void **state)
{
	const char *error = NULL;
	struct bzimage found;

	build();
	assert_true(bzimage_is_bzimage(image, IMAGE_BYTES));
	assert_int_equal(bzimage_read(image, IMAGE_BYTES, &found, &error), 0);
	assert_int_equal(found.version, 0x020f);
	assert_ptr_equal(found.payload, image + 1024 + 256);
	assert_int_equal(found.payload_bytes, 100);
	assert_int_equal(found.decompressed_bytes, 0x03eda874);
}

static void zero_setup_sectors_mean_four(void **state)
{
	const char *error = NULL;
	struct bzimage found;

	build();
	image[0x1f1] = 0;
	assert_int_equal(bzimage_read(image, IMAGE_BYTES, &found, &error), 0);
	assert_ptr_equal(found.payload, image + 5 * 512 + 256);
}

static void unsound_images_are_refused(void **state)
{
	build();
	image[0x1ff] = 0;
	check_refused(IMAGE_BYTES, "bzImage: no boot protocol header");
	image[0x202] = 'h';
	check_refused(IMAGE_BYTES, "bzImage: no boot protocol header");
	image[0x206] = 7;
	check_refused(IMAGE_BYTES, "bzImage: boot protocol older than 2.08");
	put32(0x248, UINT32_MAX);
	check_refused(IMAGE_BYTES, "bzImage: payload lies outside the image");
	put32(0x24c, UINT32_MAX);
	check_refused(IMAGE_BYTES, "bzImage: payload lies outside the image");
	put32(0x24c, 4);
	check_refused(IMAGE_BYTES, "bzImage: no payload");
	put32(0x24c, 0);
	check_refused(IMAGE_BYTES, "bzImage: no payload");
}

static void every_truncation_is_refused(void **state)
{
	build();
	for (size_t bytes = 0; bytes < 1024 + 256 + 100; bytes++)
		check_refused(bytes, bytes < 0x250 ? "bzImage: no boot protocol header"
						   : "bzImage: payload lies outside the image");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(payload_and_size_are_found),
		cmocka_unit_test(zero_setup_sectors_mean_four),
		cmocka_unit_test(unsound_images_are_refused),
		cmocka_unit_test(every_truncation_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
