/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builder of small ELF64 kernels; see kernel_image.h.
 */
#include <string.h>

#include "kernel_image.h"

void kernel_image_start(struct kernel_image *image)
{
	memset(image, 0, sizeof(*image));
}

static void append(struct kernel_image *image, const void *data, size_t bytes)
{
	memcpy(image->bytes + KERNEL_IMAGE_NOTES + image->notes_bytes, data, bytes);
	image->notes_bytes += (bytes + 3) / 4 * 4;
}

void kernel_image_add_note(struct kernel_image *image, const char *name, uint32_t type,
			   const void *desc, uint32_t desc_bytes)
{
	Elf64_Nhdr header = {
		.n_namesz = (Elf64_Word)strlen(name) + 1, .n_descsz = desc_bytes, .n_type = type};

	append(image, &header, sizeof(header));
	append(image, name, header.n_namesz);
	append(image, desc, desc_bytes);
}

void kernel_image_add_number(struct kernel_image *image, uint32_t type, uint64_t value)
{
	kernel_image_add_note(image, "Xen", type, &value, sizeof(value));
}

void kernel_image_add_text(struct kernel_image *image, uint32_t type, const char *text)
{
	kernel_image_add_note(image, "Xen", type, text, (uint32_t)strlen(text) + 1);
}

Elf64_Ehdr *kernel_image_header(struct kernel_image *image)
{
	return (Elf64_Ehdr *)(void *)image->bytes;
}

Elf64_Phdr *kernel_image_segment(struct kernel_image *image, unsigned int index)
{
	return (Elf64_Phdr *)(void *)(image->bytes + sizeof(Elf64_Ehdr)) + index;
}

Elf64_Shdr *kernel_image_section(struct kernel_image *image, unsigned int index)
{
	return (Elf64_Shdr *)(void *)(image->bytes + KERNEL_IMAGE_SECTIONS) + index;
}

void kernel_image_finish(struct kernel_image *image)
{
	*kernel_image_header(image) = (Elf64_Ehdr){
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = KERNEL_IMAGE_ENTRY,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = image->notes_in_section ? 2 : 3,
		.e_shoff = KERNEL_IMAGE_SECTIONS,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 2,
	};
	*kernel_image_segment(image, 0) = (Elf64_Phdr){.p_type = PT_LOAD,
						       .p_flags = PF_R | PF_X,
						       .p_offset = 4096,
						       .p_vaddr = 0xffffffff81000000,
						       .p_paddr = 0x1000000,
						       .p_filesz = 1024,
						       .p_memsz = 4096};
	*kernel_image_segment(image, 1) = (Elf64_Phdr){.p_type = PT_LOAD,
						       .p_flags = PF_R | PF_W,
						       .p_offset = 5120,
						       .p_vaddr = 0,
						       .p_paddr = 0x1001000,
						       .p_filesz = 512,
						       .p_memsz = 8192};
	*kernel_image_segment(image, 2) = (Elf64_Phdr){.p_type = PT_NOTE,
						       .p_offset = KERNEL_IMAGE_NOTES,
						       .p_filesz = image->notes_bytes,
						       .p_memsz = image->notes_bytes,
						       .p_align = 4};
	*kernel_image_section(image, 0) = (Elf64_Shdr){.sh_type = SHT_NULL};
	*kernel_image_section(image, 1) = (Elf64_Shdr){.sh_type = SHT_NOTE,
						       .sh_offset = KERNEL_IMAGE_NOTES,
						       .sh_size = image->notes_bytes};
}
