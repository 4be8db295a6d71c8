/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds small ELF64 kernels for tests. Written from the ELF layouts of the C library's <elf.h>, so
 * that a wrong offset in the shipping reader does not repeat itself here.
 *
 * The image has one loadable text segment, one per-CPU segment at virtual address zero, and notes in
 * a PT_NOTE segment or, when notes_in_section is set before the end, in an SHT_NOTE section.
 */
#ifndef TEST_KERNEL_IMAGE_H
#define TEST_KERNEL_IMAGE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERNEL_IMAGE_BYTES 8192U
#define KERNEL_IMAGE_NOTES 1024U    /* offset of the notes */
#define KERNEL_IMAGE_SECTIONS 6144U /* offset of the section headers */
#define KERNEL_IMAGE_ENTRY 0x1000000ULL

struct kernel_image {
	uint8_t bytes[KERNEL_IMAGE_BYTES];
	size_t notes_bytes;
	bool notes_in_section;
};

void kernel_image_start(struct kernel_image *image);
void kernel_image_add_note(struct kernel_image *image, const char *name, uint32_t type,
			   const void *desc, uint32_t desc_bytes);
void kernel_image_add_number(struct kernel_image *image, uint32_t type, uint64_t value);
void kernel_image_add_text(struct kernel_image *image, uint32_t type, const char *text);
/* Writes the headers; more of them may be changed in place after it. */
void kernel_image_finish(struct kernel_image *image);

Elf64_Ehdr *kernel_image_header(struct kernel_image *image);
Elf64_Phdr *kernel_image_segment(struct kernel_image *image, unsigned int index);
Elf64_Shdr *kernel_image_section(struct kernel_image *image, unsigned int index);

#endif /* TEST_KERNEL_IMAGE_H */
