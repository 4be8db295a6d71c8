/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loader's data, the memory map and the boot allocator, from hostile or odd input too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <string.h>
#include "../../../arch/x86/boot/multiboot.h"
#include "asm/image.h"
#include "asm/memory.h"
#include "fake.h"
#include "hv/errno.h"
#include "hv/params.h"

#define INFO 0x1000u
#define MEMORY_BYTES 0x10000

char image_end[1];
uint64_t image_physical = UINT64_MAX; /* behind all memory of these tests */
char boot_command_line[2048];

static char memory[MEMORY_BYTES] aligned_to(16);

static const void *read_memory(uint64_t address)
{
	assert_true(address < MEMORY_BYTES);
	return memory + address;
}

static int start(void **state)
{
	fake_machine_start();
	memset(&boot_information, 0, sizeof(boot_information));
	memset(memory, 0, sizeof(memory));
	memset(boot_command_line, 0, sizeof(boot_command_line));
	return 0;
}

static void expect_range(const struct boot_range *range, uint64_t begin, uint64_t end,
			 uint32_t type)
{
	assert_int_equal(range->start, begin);
	assert_int_equal(range->start + range->bytes, end);
	assert_int_equal(range->type, type);
}

static void ranges_are_sorted_and_cut(void **state)
{
	struct boot_range ranges[BOOT_NR_RANGES] = {
		{0x5000, 0x3000, BOOT_RANGE_RAM},      {0x0, 0x5000, BOOT_RANGE_RAM},
		{0x2000, 0x1000, BOOT_RANGE_RESERVED}, {0x9000, 0, BOOT_RANGE_RAM},
		{UINT64_MAX, 2, BOOT_RANGE_RAM},       {0x7000, 0x2000, 20},
		{0x9000, 0x1000, BOOT_RANGE_RESERVED},
	};
	bool lost = false;

	assert_int_equal(boot_sanitise_ranges(ranges, 7, BOOT_NR_RANGES, &lost), 4);
	assert_false(lost);
	expect_range(&ranges[0], 0, 0x2000, BOOT_RANGE_RAM);
	expect_range(&ranges[1], 0x2000, 0x3000, BOOT_RANGE_RESERVED);
	expect_range(&ranges[2], 0x3000, 0x7000, BOOT_RANGE_RAM);
	expect_range(&ranges[3], 0x7000, 0xa000, BOOT_RANGE_RESERVED);
}

static void ranges_that_do_not_fit_are_told(void **state)
{
	static struct boot_range ranges[BOOT_NR_RANGES];
	bool lost = false;

	/* Nested reserved holes make more pieces than there is room for. */
	ranges[0] = (struct boot_range){0, 1 << 24, BOOT_RANGE_RAM};
	for (uint32_t i = 1; i < BOOT_NR_RANGES; i++)
		ranges[i] = (struct boot_range){i * 0x2000, 0x1000, BOOT_RANGE_NVS};
	assert_int_equal(boot_sanitise_ranges(ranges, BOOT_NR_RANGES, BOOT_NR_RANGES, &lost),
			 BOOT_NR_RANGES);
	assert_true(lost);
}

static uint32_t tag_put(uint32_t at, uint32_t type, const void *data, uint32_t bytes)
{
	struct multiboot2_tag tag = {type, bytes + (uint32_t)sizeof(tag)};

	memcpy(memory + at, &tag, sizeof(tag));
	memcpy(memory + at + sizeof(tag), data, bytes);
	return (uint32_t)ROUND_UP(at + tag.bytes, 8);
}

static void info_end(uint32_t at)
{
	uint32_t bytes;

	at = tag_put(at, MULTIBOOT2_END, "", 0);
	bytes = at - INFO;
	memcpy(memory + INFO, &bytes, sizeof(bytes));
}

static void multiboot2_is_read(void **state)
{
	static const struct {
		uint32_t entry_bytes, version;
		struct multiboot2_range ranges[2];
	} map = {24, 0, {{0, 0xa0000, 1, 0}, {0x100000, 0x700000, 1, 0}}};
	static const struct {
		uint32_t start, end;
		char text[24];
	} module = {0x200000, 0x280000, "placeholder root=/dev/x"};
	uint32_t at = INFO + 8;

	at = tag_put(at, MULTIBOOT2_COMMAND_LINE, "placeholder dom0_mem=1G", 24);
	at = tag_put(at, MULTIBOOT2_LOADER_NAME, "GRUB 2.06", 10);
	at = tag_put(at, MULTIBOOT2_MODULE, &module, sizeof(module));
	at = tag_put(at, MULTIBOOT2_MEMORY_MAP, &map, sizeof(map));
	at = tag_put(at, 0x1234, "unknown", 8);
	at = tag_put(at, MULTIBOOT2_ACPI_NEW, "RSD PTR new", 12);
	at = tag_put(at, MULTIBOOT2_ACPI_OLD, "RSD PTR old", 12);
	info_end(at);
	multiboot2_read(INFO, read_memory);

	assert_string_equal(boot_command_line, "dom0_mem=1G");
	assert_string_equal(boot_information.loader_name, "GRUB 2.06");
	assert_int_equal(boot_information.nr_modules, 1);
	assert_int_equal(boot_information.modules[0].start.a, 0x200000);
	assert_int_equal(boot_information.modules[0].bytes, 0x80000);
	assert_string_equal(boot_information.modules[0].arguments, "root=/dev/x");
	assert_int_equal(boot_information.nr_ranges, 2);
	assert_int_equal(boot_information.ranges[1].bytes, 0x700000);
	assert_int_not_equal(boot_information.acpi_root.a, 0);
	assert_int_equal(boot_information.losses, 0);
}

static void too_long_a_command_line_is_cut(void **state)
{
	static char text[4000];

	memset(text, 'x', sizeof(text) - 1);
	info_end(tag_put(INFO + 8, MULTIBOOT2_COMMAND_LINE, text, sizeof(text)));
	multiboot2_read(INFO, read_memory);
	assert_int_equal(strlen(boot_command_line), sizeof(boot_command_line) - 1);
	assert_int_equal(boot_information.losses, BOOT_LOST_TEXT);
}

static void more_modules_than_places_are_told(void **state)
{
	uint32_t module[3] = {0x200000, 0x201000, 0};
	uint32_t at = INFO + 8;

	for (unsigned int i = 0; i <= BOOT_NR_MODULES; i++)
		at = tag_put(at, MULTIBOOT2_MODULE, module, sizeof(module));
	info_end(at);
	multiboot2_read(INFO, read_memory);
	assert_int_equal(boot_information.nr_modules, BOOT_NR_MODULES);
	assert_int_equal(boot_information.losses, BOOT_LOST_MODULES);
}

static void a_tag_without_length_ends_the_walk(void **state)
{
	memory[INFO + 1] = 0x10;
	memory[INFO + 8] = MULTIBOOT2_COMMAND_LINE;
	multiboot2_read(INFO, read_memory);
	assert_string_equal(boot_command_line, "");
}

static void multiboot1_drops_the_names_of_files(void **state)
{
	struct multiboot1_info info = {
		.flags = MULTIBOOT1_HAS_COMMAND_LINE | MULTIBOOT1_HAS_MODULES |
			 MULTIBOOT1_HAS_MEMORY_MAP | MULTIBOOT1_HAS_LOADER_NAME,
		.command_line = 0x2000,
		.nr_modules = 1,
		.modules = 0x2100,
		.memory_map_bytes = sizeof(struct multiboot1_range),
		.memory_map = 0x2200,
		.loader_name = 0x2300,
	};
	struct multiboot1_module module = {0x300000, 0x300800, 0x2400, 0};
	struct multiboot1_range range = {20, 0x100000, 0x1000000, 1};

	memcpy(memory + INFO, &info, sizeof(info));
	strcpy(memory + 0x2000, "/boot/trestle.elf loglvl=all");
	memcpy(memory + 0x2100, &module, sizeof(module));
	memcpy(memory + 0x2200, &range, sizeof(range));
	strcpy(memory + 0x2300, "iPXE 1.21");
	strcpy(memory + 0x2400, "vmlinuz");
	multiboot1_read(INFO, read_memory);
	assert_string_equal(boot_command_line, "loglvl=all");
	assert_string_equal(boot_information.modules[0].arguments, "");
	expect_range(&boot_information.ranges[0], 0x100000, 0x1100000, BOOT_RANGE_RAM);
}

static uint64_t free_bytes(void)
{
	struct memory_span span;
	uint64_t bytes = 0;

	for (unsigned int i = 0; boot_memory_span(i, &span); i++)
		bytes += span.end - span.start;
	return bytes;
}

static void boot_memory_keeps_modules_and_low_memory(void **state)
{
	paddr_t address;

	boot_information.nr_ranges = 2;
	boot_information.ranges[0] = (struct boot_range){0, 0x9f000, BOOT_RANGE_RAM};
	boot_information.ranges[1] = (struct boot_range){0x100000, 0x400000, BOOT_RANGE_RAM};
	boot_information.nr_modules = 1;
	boot_information.modules[0] = (struct boot_module){{0x200800}, 0x1000, ""};
	boot_memory_init();
	assert_int_equal(free_bytes(), 0x400000 - 0x2000);

	assert_int_equal(boot_memory_alloc(0x1000, 0x1000, UINT64_MAX, &address), 0);
	assert_int_equal(address.a, 0x4ff000);
	assert_int_equal(boot_memory_alloc(0x100000, 0x100000, 0x280000, &address), 0);
	assert_int_equal(address.a, 0x100000);
	assert_int_equal(boot_memory_alloc(0x400000, 0x1000, UINT64_MAX, &address), -ENOMEM);
	assert_int_equal(free_bytes(), 0x400000 - 0x2000 - 0x101000);
	boot_memory_close();
}

#define DIRECT_MAP_END (8084UL << 30)
#define FRAMES_8_TIB (1UL << 31)

/* Frame table and M2P of 8 TiB take what has no direct mapping; page tables don't. */
static void tables_of_8_tib_leave_28_gib_unused(void **state)
{
	uint64_t nr_chunks = (FRAMES_8_TIB * 32 + FRAMES_8_TIB * 8) / MIB(2), unused = 0;
	struct memory_span span;
	paddr_t address;

	boot_information.nr_ranges = 2;
	boot_information.ranges[0] = (struct boot_range){0, GIB(2), BOOT_RANGE_RAM};
	boot_information.ranges[1] = (struct boot_range){GIB(4), 9000 * GIB(1), BOOT_RANGE_RAM};
	boot_memory_init();
	for (uint64_t i = 0; i < nr_chunks; i++) {
		assert_int_equal(boot_memory_alloc(MIB(2), MIB(2), BOOT_MEMORY_ANYWHERE, &address),
				 0);
		assert_true(address.a >= DIRECT_MAP_END && address.a < 8192 * GIB(1));
	}
	assert_int_equal(boot_memory_alloc(PAGE_SIZE, PAGE_SIZE, DIRECT_MAP_END, &address), 0);
	assert_int_equal(address.a, DIRECT_MAP_END - PAGE_SIZE);
	for (unsigned int i = 0; boot_memory_span(i, &span); i++)
		if (span.end > DIRECT_MAP_END)
			unused += span.end - MAX(span.start, DIRECT_MAP_END);
	assert_int_equal(unused, 28 * GIB(1));
	boot_memory_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ranges_are_sorted_and_cut, start),
		cmocka_unit_test_setup(ranges_that_do_not_fit_are_told, start),
		cmocka_unit_test_setup(multiboot2_is_read, start),
		cmocka_unit_test_setup(too_long_a_command_line_is_cut, start),
		cmocka_unit_test_setup(more_modules_than_places_are_told, start),
		cmocka_unit_test_setup(a_tag_without_length_ends_the_walk, start),
		cmocka_unit_test_setup(multiboot1_drops_the_names_of_files, start),
		cmocka_unit_test_setup(boot_memory_keeps_modules_and_low_memory, start),
		cmocka_unit_test_setup(tables_of_8_tib_leave_28_gib_unused, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
