/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "support.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xen/elfnote.h>

#define MAX_SEGMENTS 40
#define BASE 0xffffffff80000000UL

void test_image_begin(struct test_image *image)
{
	memset(image, 0, sizeof(*image));
	image->header = (Elf64_Ehdr *)image->bytes;
	image->segments = (Elf64_Phdr *)(image->header + 1);
	memcpy(image->header->e_ident, ELFMAG, SELFMAG);
	image->header->e_ident[EI_CLASS] = ELFCLASS64;
	image->header->e_ident[EI_DATA] = ELFDATA2LSB;
	image->header->e_type = ET_EXEC;
	image->header->e_machine = EM_X86_64;
	image->header->e_phoff = sizeof(Elf64_Ehdr);
	image->header->e_phentsize = sizeof(Elf64_Phdr);
	image->header->e_ehsize = sizeof(Elf64_Ehdr);
	image->used = sizeof(Elf64_Ehdr) + MAX_SEGMENTS * sizeof(Elf64_Phdr);
}

Elf64_Phdr *test_image_add_segment(struct test_image *image, uint64_t physical,
				   const void *contents, size_t file_bytes, size_t memory_bytes)
{
	Elf64_Phdr *segment = &image->segments[image->header->e_phnum++];

	assert_true(image->header->e_phnum <= MAX_SEGMENTS);
	assert_true(image->used + file_bytes <= TEST_IMAGE_BYTES);
	*segment = (Elf64_Phdr){.p_type = PT_LOAD,
				.p_offset = image->used,
				.p_paddr = physical,
				.p_filesz = file_bytes,
				.p_memsz = memory_bytes};
	if (file_bytes)
		memcpy(image->bytes + image->used, contents, file_bytes);
	image->used += file_bytes;
	return segment;
}

static void put(struct test_image *image, const void *from, size_t bytes)
{
	size_t padded = (bytes + 3) & ~(size_t)3;

	assert_true(image->used + padded <= TEST_IMAGE_BYTES);
	if (bytes)
		memcpy(image->bytes + image->used, from, bytes);
	image->used += padded;
	image->notes->p_filesz += padded;
}

void test_image_add_note(struct test_image *image, const char *name, uint32_t type,
			 const void *contents, size_t bytes)
{
	Elf64_Nhdr header = {(Elf64_Word)strlen(name) + 1, (Elf64_Word)bytes, type};

	if (!image->notes) {
		image->notes = test_image_add_segment(image, 0, NULL, 0, 0);
		image->notes->p_type = PT_NOTE;
	}
	put(image, &header, sizeof(header));
	put(image, name, strlen(name) + 1);
	put(image, contents, bytes);
}

void test_image_add_number(struct test_image *image, uint32_t type, uint64_t value)
{
	test_image_add_note(image, "Xen", type, &value, sizeof(value));
}

void test_image_add_text(struct test_image *image, uint32_t type, const char *text)
{
	test_image_add_note(image, "Xen", type, text, strlen(text) + 1);
}

void test_image_make(struct test_image *image)
{
	uint8_t code[4096];

	memset(code, 0xc3, sizeof(code));
	test_image_begin(image);
	test_image_add_segment(image, 16 << 20, code, sizeof(code), 3 * sizeof(code));
	test_image_add_text(image, XEN_ELFNOTE_GUEST_OS, "linux");
	test_image_add_text(image, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
	test_image_add_text(image, XEN_ELFNOTE_LOADER, "generic");
	test_image_add_number(image, XEN_ELFNOTE_VIRT_BASE, BASE);
	test_image_add_number(image, XEN_ELFNOTE_ENTRY, BASE + (16 << 20) + 16);
	test_image_add_number(image, XEN_ELFNOTE_INIT_P2M, 0x8000000000);
	test_image_add_number(image, XEN_ELFNOTE_MOD_START_PFN, 1);
}

/* A copy to the byte, so that the sanitizer sees whoever reads behind it. */
static uint8_t *exact(const struct test_image *image)
{
	uint8_t *copy = malloc(image->used);

	assert_non_null(copy);
	return memcpy(copy, image->bytes, image->used);
}

void assert_taken(const struct test_image *image, struct image_plan *plan)
{
	uint8_t *file = exact(image);
	struct reason why = {""};
	int rc = image_read(file, image->used, plan, &why);

	free(file);
	assert_string_equal(why.text, "");
	assert_int_equal(rc, 0);
}

void assert_refused(const struct test_image *image, const char *words)
{
	uint8_t *file = exact(image);
	struct image_plan plan;
	struct reason why = {""};
	int rc = image_read(file, image->used, &plan, &why);

	free(file);
	if (!strstr(why.text, words))
		print_message("expected \"%s\" in \"%s\"\n", words, why.text);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(why.text, words));
}

size_t test_bzimage_make(uint8_t *to, size_t room, const void *payload, size_t bytes)
{
	const uint32_t offset = 256, length = (uint32_t)bytes;
	size_t start = 2 * 512 + offset;

	assert_true(start + bytes <= room);
	memset(to, 0, start);
	to[0x1f1] = 1;
	to[0x1fe] = 0x55;
	to[0x1ff] = 0xaa;
	memcpy(to + 0x202, "HdrS", 4);
	to[0x206] = 0x0f;
	to[0x207] = 0x02;
	memcpy(to + 0x248, &offset, 4);
	memcpy(to + 0x24c, &length, 4);
	memcpy(to + start, payload, bytes);
	return start + bytes;
}

const char *test_write_file(const char *name, const void *contents, size_t bytes)
{
	static char path[4][64];
	static unsigned int next;
	char *to = path[next++ % 4];
	FILE *file;

	snprintf(to, sizeof(path[0]), "/tmp/trestle-test-%d-%s", getpid(), name);
	file = fopen(to, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(contents, 1, bytes, file), bytes);
	fclose(file);
	return to;
}
