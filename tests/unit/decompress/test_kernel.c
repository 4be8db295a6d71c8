/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real thing: a Debian kernel image through bzImage, decompression, ELF and Xen notes. Looks for
 * $TRESTLE_KERNEL, then /boot/vmlinuz-*, then the package that scripts/dom0 fetched; skipped without.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "abi/features.h"
#include "hv/bzimage.h"
#include "hv/elf.h"
#include "hv/errno.h"
#include "hv/pvnotes.h"
#include "sample.h"

static bool find_first(const char *pattern, char *path, size_t path_bytes)
{
	bool found = false;
	glob_t matches;

	if (glob(pattern, 0, NULL, &matches) == 0) {
		snprintf(path, path_bytes, "%s", matches.gl_pathv[0]);
		found = true;
		globfree(&matches);
	}
	return found;
}

/* The image inside of a package, without unpacking all of it to disk. */
static struct buffer read_package(const char *path)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "dpkg-deb --fsys-tarfile %s | tar -xO --wildcards './boot/vmlinuz-*'", path);
	return sample_read_command(line);
}

static struct buffer find_kernel(void)
{
	const char *named = getenv("TRESTLE_KERNEL");
	char path[256];

	if (named)
		return sample_read_file(named);
	if (find_first("/boot/vmlinuz-*", path, sizeof(path)))
		return sample_read_file(path);
	if (find_first("build/dom0/kernel.deb", path, sizeof(path)))
		return read_package(path);
	print_message("skipped: no kernel image: set TRESTLE_KERNEL=FILE\n");
	skip();
	return (struct buffer){.data = NULL};
}

static void check_notes(const struct buffer *kernel)
{
	const char *error = NULL;
	struct pv_notes notes;
	struct elf_image elf;
	uint64_t start, end;

	assert_int_equal(elf_open(&elf, kernel->data, kernel->bytes, &error), 0);
	assert_int_equal(elf_find_load_range(&elf, &start, &end), 0);
	assert_int_equal(start, 0x1000000);
	assert_in_range(end, start + (16 << 20), start + (256 << 20));
	assert_int_equal(pvnotes_read(&elf, &notes, &error), 0);
	assert_string_equal(notes.guest_os, "linux");
	assert_string_equal(notes.xen_version, "xen-3.0");
	assert_string_equal(notes.loader, "generic");
	assert_int_equal(notes.virt_base, 0xffffffff80000000);
	assert_int_equal(notes.init_p2m, 0x8000000000);
	assert_true(notes.has_init_p2m && notes.has_entry && notes.mod_start_pfn);
	assert_true(notes.suspend_cancel);
	assert_in_range(notes.entry - notes.virt_base, start, end);
	assert_true(pvnotes_is_required(&notes, XENFEAT_writable_page_tables));
	assert_true(pvnotes_is_supported(&notes, XENFEAT_dom0));
}

static void debian_kernel_is_unwrapped_and_understood(void **state)
{
	struct buffer file = find_kernel(), payload, kernel;
	struct bzimage bzimage;
	const char *error = NULL;
	uint64_t size = 0;
	clock_t start;

	assert_int_equal(bzimage_read(file.data, file.bytes, &bzimage, &error), 0);
	payload = (struct buffer){(uint8_t *)(uintptr_t)bzimage.payload, bzimage.payload_bytes};
	assert_int_equal(decompress_size(payload.data, payload.bytes, &size), 0);
	assert_int_equal(size, bzimage.decompressed_bytes);
	start = clock();
	if (sample_unpack(&payload, size, &kernel, &error))
		fail_msg("%s", error);
	print_message("%s, %zu to %zu bytes, %ld ms\n",
		      decompress_name(decompress_find_format(payload.data, payload.bytes)),
		      payload.bytes, kernel.bytes, (clock() - start) * 1000 / CLOCKS_PER_SEC);
	assert_int_equal(kernel.bytes, size);
	check_notes(&kernel);
	sample_free(&kernel);
	sample_free(&file);
}

const struct CMUnitTest kernel_tests[] = {
	cmocka_unit_test(debian_kernel_is_unwrapped_and_understood),
};
const size_t nr_kernel_tests = ARRAY_SIZE(kernel_tests);
