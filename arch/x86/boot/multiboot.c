/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loader's data in the one form of hv/boot.h. Copies everything: what the
 * loader left in memory is free RAM afterwards, but for the modules' contents
 * and a copy of the RSDP that we keep here.
 */
#include "multiboot.h"
#include "asm/image.h"
#include "hv/params.h"
#include "hv/string.h"

#define TEXT_BYTES 16384
#define RSDP_BYTES 36

struct boot_information boot_information;

static char text_area[TEXT_BYTES];
static uint32_t text_used;
static char rsdp_copy[RSDP_BYTES];

static bool text_is_cut_by(size_t bytes, size_t room)
{
	if (bytes < room)
		return false;
	boot_information.losses |= BOOT_LOST_TEXT;
	return true;
}

static const char *text_skip_word(const char *text)
{
	while (*text && *text != ' ')
		text++;
	while (*text == ' ')
		text++;
	return text;
}

static bool text_has_word(const char *text, const char *word)
{
	size_t bytes = strlen(word);

	return !strncmp(text, word, bytes) && (text[bytes] == ' ' || !text[bytes]);
}

/* Debian's GRUB scripts put this word where old loaders put the file's name. */
static const char *text_skip_placeholder(const char *text)
{
	return text_has_word(text, "placeholder") ? text_skip_word(text) : text;
}

static const char *text_keep(const char *text)
{
	size_t room = TEXT_BYTES - text_used;
	char *kept = text_area + text_used;
	size_t bytes;

	if (room < 2)
		return "";
	bytes = strlcpy(kept, text, room);
	text_used += (uint32_t)(text_is_cut_by(bytes, room) ? room : bytes + 1);
	return kept;
}

static void command_line_set(const char *text)
{
	text = text_skip_placeholder(text);
	(void)text_is_cut_by(strlcpy(boot_command_line, text, sizeof(boot_command_line)),
			     sizeof(boot_command_line));
}

static void module_add(uint32_t start, uint32_t end, const char *arguments)
{
	struct boot_module *module = &boot_information.modules[boot_information.nr_modules];

	if (end < start)
		return;
	if (boot_information.nr_modules == BOOT_NR_MODULES) {
		boot_information.losses |= BOOT_LOST_MODULES;
		return;
	}
	module->start = paddr_from(start);
	module->bytes = end - start;
	module->arguments = text_keep(text_skip_placeholder(arguments));
	boot_information.nr_modules++;
}

static void range_add(uint64_t start, uint64_t bytes, uint32_t type)
{
	if (boot_information.nr_ranges == BOOT_NR_RANGES) {
		boot_information.losses |= BOOT_LOST_RANGES;
		return;
	}
	boot_information.ranges[boot_information.nr_ranges++] = (struct boot_range){start, bytes,
										    type};
}

static void framebuffer_set(struct boot_framebuffer *fb, const uint8_t *colours)
{
	fb->red_position = colours[0];
	fb->red_bits = colours[1];
	fb->green_position = colours[2];
	fb->green_bits = colours[3];
	fb->blue_position = colours[4];
	fb->blue_bits = colours[5];
	boot_information.has_framebuffer = true;
}

/* GRUB 2 leaves the image's name out of command lines; the other multiboot1 loaders put it first. */
static bool loader_names_files(void)
{
	return strncmp(boot_information.loader_name, "GRUB 2", 6) != 0;
}

static void multiboot1_read_modules(const struct multiboot1_info *info,
				    const void *(*read)(uint64_t address))
{
	const struct multiboot1_module *modules = read(info->modules);

	for (uint32_t i = 0; i < info->nr_modules; i++) {
		const char *text = modules[i].arguments ? read(modules[i].arguments) : "";

		if (loader_names_files())
			text = text_skip_word(text);
		module_add(modules[i].start, modules[i].end, text);
	}
}

static void multiboot1_read_map(const struct multiboot1_info *info,
				const void *(*read)(uint64_t address))
{
	uint64_t at = info->memory_map, end = at + info->memory_map_bytes;

	while (at + sizeof(struct multiboot1_range) <= end) {
		const struct multiboot1_range *range = read(at);

		range_add(range->start, range->bytes, range->type);
		at += range->bytes_of_rest + sizeof(range->bytes_of_rest);
	}
}

static void multiboot1_read_framebuffer(const struct multiboot1_info *info)
{
	struct boot_framebuffer *fb = &boot_information.framebuffer;

	fb->address = info->framebuffer;
	fb->pitch = info->framebuffer_pitch;
	fb->width = info->framebuffer_width;
	fb->height = info->framebuffer_height;
	fb->bits_per_pixel = info->framebuffer_bits;
	fb->type = info->framebuffer_type;
	framebuffer_set(fb, info->framebuffer_colours);
}

void multiboot1_read(uint32_t info_address, const void *(*read)(uint64_t address))
{
	const struct multiboot1_info *info = read(info_address);
	const char *text;

	if (info->flags & MULTIBOOT1_HAS_LOADER_NAME)
		strlcpy(boot_information.loader_name, read(info->loader_name),
			sizeof(boot_information.loader_name));
	if (info->flags & MULTIBOOT1_HAS_COMMAND_LINE) {
		text = read(info->command_line);
		command_line_set(loader_names_files() ? text_skip_word(text) : text);
	}
	if (info->flags & MULTIBOOT1_HAS_MODULES)
		multiboot1_read_modules(info, read);
	if (info->flags & MULTIBOOT1_HAS_MEMORY_MAP)
		multiboot1_read_map(info, read);
	if (info->flags & MULTIBOOT1_HAS_FRAMEBUFFER)
		multiboot1_read_framebuffer(info);
}

static void multiboot2_read_map(const struct multiboot2_memory_map *map)
{
	uint32_t bytes = map->tag.bytes - (uint32_t)sizeof(*map);

	if (map->entry_bytes < sizeof(struct multiboot2_range))
		return;
	for (uint32_t at = 0; at + map->entry_bytes <= bytes; at += map->entry_bytes) {
		const struct multiboot2_range *range = (const void *)(map->entries + at);

		range_add(range->start, range->bytes, range->type);
	}
}

static void multiboot2_read_framebuffer(const struct multiboot2_framebuffer *tag)
{
	struct boot_framebuffer *fb = &boot_information.framebuffer;

	fb->address = tag->address;
	fb->pitch = tag->pitch;
	fb->width = tag->width;
	fb->height = tag->height;
	fb->bits_per_pixel = tag->bits;
	fb->type = tag->type;
	framebuffer_set(fb, tag->colours);
}

/* The new form wins, whichever comes first. */
static void multiboot2_read_rsdp(const struct multiboot2_text *tag)
{
	size_t bytes = MIN(tag->tag.bytes - sizeof(tag->tag), sizeof(rsdp_copy));

	if (tag->tag.type == MULTIBOOT2_ACPI_OLD && boot_information.acpi_root.a)
		return;
	memset(rsdp_copy, 0, sizeof(rsdp_copy));
	memcpy(rsdp_copy, tag->text, bytes);
	boot_information.acpi_root = image_to_paddr(rsdp_copy);
}

static void multiboot2_read_tag(const struct multiboot2_tag *tag)
{
	const struct multiboot2_text *text = (const void *)tag;
	const struct multiboot2_module *module = (const void *)tag;

	switch (tag->type) {
	case MULTIBOOT2_COMMAND_LINE:
		command_line_set(text->text);
		break;
	case MULTIBOOT2_LOADER_NAME:
		strlcpy(boot_information.loader_name, text->text,
			sizeof(boot_information.loader_name));
		break;
	case MULTIBOOT2_MODULE:
		module_add(module->start, module->end, module->arguments);
		break;
	case MULTIBOOT2_MEMORY_MAP:
		multiboot2_read_map((const void *)tag);
		break;
	case MULTIBOOT2_FRAMEBUFFER:
		multiboot2_read_framebuffer((const void *)tag);
		break;
	case MULTIBOOT2_EFI64:
		boot_information.is_efi = true;
		boot_information.efi_system_table = paddr_from(
			((const struct multiboot2_efi64 *)(const void *)tag)->system_table);
		break;
	case MULTIBOOT2_ACPI_OLD:
	case MULTIBOOT2_ACPI_NEW:
		multiboot2_read_rsdp(text);
		break;
	default:
		break;
	}
}

void multiboot2_read(uint32_t info, const void *(*read)(uint64_t address))
{
	const uint32_t *header = read(info);
	uint64_t at = info + 8ULL, end = info + (uint64_t)header[0];

	while (at + sizeof(struct multiboot2_tag) <= end) {
		const struct multiboot2_tag *tag = read(at);

		if (tag->type == MULTIBOOT2_END || tag->bytes < sizeof(*tag))
			break;
		multiboot2_read_tag(tag);
		at += ROUND_UP((uint64_t)tag->bytes, 8);
	}
}
