/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel images made to measure: an ELF file of one note segment and what a test adds to it, then
 * changed by the test where it is to be wrong.
 */
#ifndef TEST_LIBBUILD_SUPPORT_H
#define TEST_LIBBUILD_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <elf.h>

#include "libbuild/image.h"

#define TEST_IMAGE_BYTES 65536

struct test_image {
	uint8_t bytes[TEST_IMAGE_BYTES];
	size_t used;
	Elf64_Ehdr *header;
	Elf64_Phdr *segments;
	Elf64_Phdr *notes;
};

/* As Linux is built: base, entry, INIT_P2M, MOD_START_PFN; one page of code at 16 MiB, whose bytes
 * are 0xc3, and two pages of zeroes behind. */
void test_image_make(struct test_image *image);
/* Nothing but headers and an empty note segment. */
void test_image_begin(struct test_image *image);
Elf64_Phdr *test_image_add_segment(struct test_image *image, uint64_t physical,
				   const void *contents, size_t file_bytes, size_t memory_bytes);
/* To the note segment, which must be the last thing in the file. */
void test_image_add_note(struct test_image *image, const char *name, uint32_t type,
			 const void *contents, size_t bytes);
void test_image_add_number(struct test_image *image, uint32_t type, uint64_t value);
void test_image_add_text(struct test_image *image, uint32_t type, const char *text);

/* The image is taken, or refused with a sentence that holds this. */
void assert_taken(const struct test_image *image, struct image_plan *plan);
void assert_refused(const struct test_image *image, const char *words);

/* A bzImage around a payload; the path of a file that the test removes. */
size_t test_bzimage_make(uint8_t *to, size_t room, const void *payload, size_t bytes);
const char *test_write_file(const char *name, const void *contents, size_t bytes);

int run_image_cases(void);
int run_notes_cases(void);
int run_unpack_cases(void);
int run_layout_cases(void);
int run_tables_cases(void);
int run_kernel_cases(void);
int run_pv_cases(void);

#endif
