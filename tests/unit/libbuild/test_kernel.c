/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel files: plain, packed, in a bzImage, kept; refusals are sentences with stage, file and cause.
 */
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <lz4frame.h>
#include <lzma.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "libbuild/kernel.h"

static struct test_image image;
static uint8_t packed[TEST_IMAGE_BYTES], file[2 * TEST_IMAGE_BYTES];
static char folder[64];

static int set_up(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/trestle-test-%d/a/b", getpid());
	cache_set_folder(NULL);
	return 0;
}

static size_t gzip(const void *from, size_t bytes)
{
	z_stream stream = {.next_in = (void *)from,
			   .avail_in = (uInt)bytes,
			   .next_out = packed,
			   .avail_out = sizeof(packed)};

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return stream.total_out;
}

static struct build_kernel *open_good(const char *path)
{
	struct build_kernel *kernel = NULL;
	struct failure failure = {0};

	if (build_kernel_open(path, &kernel, &failure))
		fail_msg("%s", failure.cause);
	return kernel;
}

static void refuse(const void *contents, size_t bytes, const char *words)
{
	const char *path = test_write_file("bad", contents, bytes);
	struct build_kernel *kernel = NULL;
	struct failure failure = {0};

	assert_int_equal(build_kernel_open(path, &kernel, &failure), -1);
	assert_null(kernel);
	assert_int_equal(failure.code, FAILURE_CONFIGURATION);
	assert_string_equal(failure.stage, "reading the kernel");
	assert_string_equal(failure.object, path);
	if (!strstr(failure.cause, words))
		print_message("expected \"%s\" in \"%s\"\n", words, failure.cause);
	assert_non_null(strstr(failure.cause, words));
	assert_true(failure.next[0]);
	unlink(path);
}

/* What the chunks say, written out, is what the segments are. */
static void assert_loads(const struct build_kernel *kernel)
{
	uint8_t *to = calloc(1, 3 * 4096);

	for (uint32_t i = 0; i < kernel->nr_chunks; i++)
		assert_int_equal(kernel_read_chunk(kernel, &kernel->chunks[i],
						   to + kernel->chunks[i].physical - (16 << 20)),
				 0);
	for (int i = 0; i < 3 * 4096; i++)
		assert_int_equal(to[i], i < 4096 ? 0xc3 : 0);
	free(to);
	assert_true(chunks_are_sound(kernel));
}

static void check_kernel(const char *path)
{
	struct build_kernel *kernel = open_good(path);

	assert_string_equal(build_kernel_system(kernel), "linux");
	assert_loads(kernel);
	assert_true(build_kernel_least_memory(kernel, 0) > 16 << 20);
	build_kernel_close(kernel);
}

static void plain_and_packed_files_are_read(void **state)
{
	const char *path;
	size_t bytes;

	test_image_make(&image);
	path = test_write_file("plain", image.bytes, image.used);
	check_kernel(path);
	unlink(path);
	bytes = gzip(image.bytes, image.used);
	path = test_write_file("gzip", packed, bytes);
	check_kernel(path);
	unlink(path);
	bytes = test_bzimage_make(file, sizeof(file), packed, bytes);
	path = test_write_file("bzimage", file, bytes);
	check_kernel(path);
	unlink(path);
}

static void bad_files_are_refused(void **state)
{
	refuse("x", 1, "neither an ELF file nor a bzImage");
	refuse("", 0, "empty");
	test_image_make(&image);
	refuse(image.bytes, 100, "program headers lie outside");
	memset(packed, 0, sizeof(packed));
	refuse(packed, gzip("just some text", 14), "neither an ELF file");
}

static void bad_bzimages_are_refused(void **state)
{
	size_t bytes;

	test_image_make(&image);
	bytes = test_bzimage_make(file, sizeof(file), packed, gzip(image.bytes, image.used));
	refuse(file, 0x240, "setup header is cut off");
	refuse(file, bytes - 1, "bzImage cut off");
	file[1280 + 40] ^= 0xff;
	file[1280 + 41] ^= 0xff;
	refuse(file, bytes, "gzip payload is corrupt");
	file[1280] = 0;
	refuse(file, bytes, "packed in a way that is not known");
	memset(file + 0x24c, 0, 4);
	refuse(file, bytes, "without a payload");
	file[0x206] = 7;
	refuse(file, bytes, "boot protocol 2.07");
}

static void stated_size_bounds_the_memory(void **state)
{
	size_t bytes;

	test_image_make(&image);
	bytes = gzip(image.bytes, image.used);
	memset(packed + bytes - 4, 0xff, 4);
	refuse(packed, bytes, "says that it unpacks to 4095 MiB");
	memset(packed + bytes - 4, 0, 4);
	packed[bytes - 4] = 200;
	refuse(packed, bytes, "more than the 200 bytes");
}

static void missing_files_are_not_found(void **state)
{
	struct build_kernel *kernel;
	struct failure failure;

	assert_int_equal(build_kernel_open("/nowhere/vmlinuz", &kernel, &failure), -1);
	assert_int_equal(failure.code, FAILURE_NOT_FOUND);
	assert_int_equal(build_kernel_open("/tmp", &kernel, &failure), -1);
	assert_non_null(strstr(failure.cause, "no regular file"));
}

static unsigned int files_kept(bool corrupt)
{
	DIR *list = opendir(folder);
	struct dirent *entry;
	unsigned int count = 0;

	while (list && (entry = readdir(list))) {
		char path[512];

		if (entry->d_name[0] == '.')
			continue;
		count++;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (corrupt)
			assert_int_equal(truncate(path, 4000), 0);
	}
	if (list)
		closedir(list);
	return count;
}

static void remove_kept(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r /tmp/trestle-test-%d", getpid());
	assert_int_equal(system(command), 0);
}

/* Last written long ago. */
static const char *write_old_file(size_t bytes)
{
	const struct timespec times[2] = {{1000000, 0}, {1000000, 0}};
	const char *path = test_write_file("kept", packed, bytes);

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	return path;
}

static void packed_kernels_are_kept(void **state)
{
	const char *path;
	size_t bytes;

	cache_set_folder(folder);
	test_image_make(&image);
	bytes = gzip(image.bytes, image.used);
	path = test_write_file("kept", packed, bytes);
	check_kernel(path);
	/* Too new: it may still be written. */
	assert_int_equal(files_kept(false), 0);
	unlink(path);
	path = write_old_file(bytes);
	check_kernel(path);
	assert_int_equal(files_kept(false), 1);
	check_kernel(path);
	assert_int_equal(files_kept(true), 1);
	/* What is damaged is made again. */
	check_kernel(path);
	assert_int_equal(files_kept(false), 1);
	/* Another file in its place is another kernel. */
	unlink(path);
	usleep(10000);
	path = write_old_file(bytes);
	check_kernel(path);
	assert_int_equal(files_kept(false), 2);
	unlink(path);
	remove_kept();
}

/* Another process unpacks it when nobody else runs; it is waited for, and hurried. */
static int unpack_slowly(const char *path, int ready)
{
	const struct sched_param none = {0};
	struct stat status;
	int lock;

	if (stat(path, &status) || sched_setscheduler(0, SCHED_IDLE, &none))
		return 1;
	lock = cache_lock(&status);
	if (lock < 0 || write(ready, "", 1) != 1)
		return 1;
	while (sched_getscheduler(0) == SCHED_IDLE)
		usleep(1000);
	cache_unlock(lock);
	return 0;
}

static void an_unpacking_by_another_is_waited_for(void **state)
{
	const char *path;
	int ready[2], status;
	char byte;
	pid_t pid;

	cache_set_folder(folder);
	test_image_make(&image);
	path = write_old_file(gzip(image.bytes, image.used));
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(unpack_slowly(path, ready[1]));
	assert_int_equal(read(ready[0], &byte, 1), 1);
	check_kernel(path);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(files_kept(false), 1);
	close(ready[0]);
	close(ready[1]);
	unlink(path);
	remove_kept();
	cache_set_folder(NULL);
}

/* By hand, with nothing behind that says how much it is. */
static void bare_packed_files_are_read(void **state)
{
	static uint8_t more[2 * TEST_IMAGE_BYTES];
	const char *path;
	size_t bytes = 0;

	test_image_make(&image);
	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, image.bytes, image.used,
						 more, &bytes, sizeof(more)),
			 LZMA_OK);
	path = test_write_file("xz", more, bytes);
	check_kernel(path);
	unlink(path);
	bytes = ZSTD_compress(more, sizeof(more), image.bytes, image.used, 1);
	path = test_write_file("zst", more, bytes);
	check_kernel(path);
	unlink(path);
	bytes = LZ4F_compressFrame(more, sizeof(more), image.bytes, image.used, NULL);
	assert_false(LZ4F_isError(bytes));
	path = test_write_file("lz4", more, bytes);
	check_kernel(path);
	unlink(path);
	refuse(more, bytes / 2, "lz4 payload is corrupt");
}

static void few_kernels_are_kept(void **state)
{
	size_t bytes;

	cache_set_folder(folder);
	test_image_make(&image);
	bytes = gzip(image.bytes, image.used);
	for (int i = 0; i < 12; i++) {
		const char *path = write_old_file(bytes);

		check_kernel(path);
		unlink(path);
		usleep(10000);
	}
	assert_in_range(files_kept(false), 1, 8);
	/* A folder that others may write is not trusted. */
	assert_int_equal(chmod(folder, 0777), 0);
	check_kernel(test_write_file("kept", packed, bytes));
	unlink(test_write_file("kept", packed, bytes));
	remove_kept();
	cache_set_folder(NULL);
}

int run_kernel_cases(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_and_packed_files_are_read),
		cmocka_unit_test(bad_files_are_refused),
		cmocka_unit_test(bad_bzimages_are_refused),
		cmocka_unit_test(stated_size_bounds_the_memory),
		cmocka_unit_test(missing_files_are_not_found),
		cmocka_unit_test(packed_kernels_are_kept),
		cmocka_unit_test(few_kernels_are_kept),
		cmocka_unit_test_setup(an_unpacking_by_another_is_waited_for, set_up),
		cmocka_unit_test_setup(bare_packed_files_are_read, set_up),
	};

	return cmocka_run_group_tests_name("kernel", tests, set_up, NULL);
}
