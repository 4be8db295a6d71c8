/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaves the entry code's page tables for our own: direct map of RAM and
 * firmware tables, the image with the rights of its parts, stacks. Nothing is
 * both writable and executable, and our code can't be written through the
 * direct map either.
 */
#include "asm/memory.h"
#include "asm/image.h"
#include "asm/processor.h"
#include "asm/registers.h"
#include "asm/smp.h"
#include "hv/acpi.h"
#include "hv/boot.h"
#include "hv/heap.h"
#include "hv/page.h"
#include "hv/printk.h"
#include "hv/start.h"

#define LOW_END MIB(1)
#define VGA_START 0xa0000UL
#define ROM_START 0xc0000UL

static void map_or_panic(uint64_t address, paddr_t memory, uint64_t bytes, uint64_t flags)
{
	if (hv_map(address, paddr_to_mfn(memory), bytes >> PAGE_SHIFT, flags))
		panic("no memory for page tables (%#lx bytes at %#lx)", bytes, address);
}

/* Addresses may be any; the pages that they touch are mapped. */
static void direct_map(uint64_t start, uint64_t end, uint64_t flags)
{
	start = ROUND_DOWN(start, PAGE_SIZE);
	end = MIN(ROUND_UP(end, PAGE_SIZE), DIRECT_MAP_BYTES);
	if (start < end)
		map_or_panic(DIRECT_MAP_START + start, paddr_from(start), end - start, flags);
}

/* The first MiB is not what firmware maps say: text screen, ROMs and BIOS data are of use to us. */
static void direct_map_low(void)
{
	direct_map(0, VGA_START, PTE_HV_DATA);
	direct_map(VGA_START, ROM_START, PTE_HV_IO);
	direct_map(ROM_START, LOW_END, PTE_HV_READ_ONLY);
}

static void direct_map_range(const struct boot_range *range)
{
	uint64_t start = MAX(range->start, LOW_END), end = range->start + range->bytes;

	if (end <= LOW_END)
		return;
	if (range->type == BOOT_RANGE_RAM)
		direct_map(ROUND_UP(start, PAGE_SIZE), ROUND_DOWN(end, PAGE_SIZE), PTE_HV_DATA);
	else if (range->type == BOOT_RANGE_ACPI || range->type == BOOT_RANGE_NVS)
		direct_map(start, end, PTE_HV_READ_ONLY);
}

static int firmware_map_page(uint64_t address)
{
	if (hv_map_read(DIRECT_MAP_START + address))
		return 0;
	return hv_map(DIRECT_MAP_START + address, paddr_to_mfn(paddr_from(address)), 1,
		      PTE_HV_READ_ONLY);
}

const void *arch_firmware_map(paddr_t address, uint64_t bytes)
{
	uint64_t end = ROUND_UP(address.a + bytes, PAGE_SIZE);

	if (end > DIRECT_MAP_BYTES || end < address.a)
		return NULL;
	for (uint64_t at = ROUND_DOWN(address.a, PAGE_SIZE); at < end; at += PAGE_SIZE)
		if (firmware_map_page(at))
			return NULL;
	return paddr_to_virt(address);
}

static void direct_map_framebuffer(void)
{
	const struct boot_framebuffer *fb = &boot_information.framebuffer;
	uint64_t write_combining = PTE_HV_DATA | PTE_PAT;

	if (boot_information.has_framebuffer && fb->address >= LOW_END)
		direct_map(fb->address, fb->address + (uint64_t)fb->pitch * fb->height,
			   write_combining);
}

static void image_map_part(const char *start, const char *end, uint64_t flags)
{
	uint64_t bytes = ROUND_UP((uint64_t)(end - start), PAGE_SIZE);

	map_or_panic((uint64_t)start, image_to_paddr(start), bytes, flags);
}

static void image_map(void)
{
	image_map_part(image_start, image_text_end, PTE_HV_TEXT);
	image_map_part(image_rodata_start, image_rodata_end, PTE_HV_READ_ONLY);
	image_map_part(image_data_start, image_end, PTE_HV_DATA);
	direct_map(image_physical, image_to_paddr(image_data_start).a, PTE_HV_READ_ONLY);
}

void arch_memory_init(void)
{
	boot_memory_init();
	hv_map_init();
	direct_map_low();
	for (uint32_t i = 0; i < boot_information.nr_ranges; i++)
		direct_map_range(&boot_information.ranges[i]);
	direct_map_framebuffer();
	image_map();
	if (stack_block_map_boot())
		panic("no memory for the boot CPU's stack");
	write_cr3(image_to_paddr(hv_root_table).a);
	boot_memory_set_limit(DIRECT_MAP_BYTES);
	frame_table_init();
}

/* The node at an address and where its range ends. */
static unsigned int node_at(uint64_t address, uint64_t *end)
{
	for (uint32_t i = 0; i < acpi_information.nr_memory_ranges; i++) {
		const struct acpi_memory_range *range = &acpi_information.memory_ranges[i];

		if (address < range->start)
			*end = MIN(*end, range->start);
		else if (address - range->start < range->bytes) {
			*end = MIN(*end, range->start + range->bytes);
			return range->node;
		}
	}
	return 0;
}

static void heap_add_span(uint64_t start, uint64_t end)
{
	while (start < end) {
		uint64_t until = end;
		unsigned int node = node_at(start, &until);

		heap_add_range(mfn_from(start >> PAGE_SHIFT), (until - start) >> PAGE_SHIFT, node);
		start = until;
	}
}

void arch_memory_fill_heap(void)
{
	struct memory_span span;
	uint64_t unused = 0;

	boot_memory_close();
	for (unsigned int i = 0; boot_memory_span(i, &span); i++) {
		uint64_t end = MIN(span.end, DIRECT_MAP_BYTES);

		heap_add_span(span.start, end);
		unused += span.end - MAX(span.start, end);
	}
	if (unused)
		printk(LOG_WARNING, "%lu MiB of RAM above %lu GiB are left unused", unused / MIB(1),
		       DIRECT_MAP_BYTES / GIB(1));
}

/* Not so in the first MiB, nor a RAM disk whose frames dom0 took over. */
static bool frame_is_ours(uint64_t address)
{
	return mfn_to_page(mfn_from(address >> PAGE_SHIFT))->count_info == (PAGE_HYPERVISOR | 1);
}

static void module_free(const struct boot_module *module)
{
	uint64_t start = ROUND_DOWN(module->start.a, PAGE_SIZE);
	uint64_t end = ROUND_UP(module->start.a + module->bytes, PAGE_SIZE), until;

	for (; start < end; start = until + PAGE_SIZE) {
		for (until = start; until < end && frame_is_ours(until);)
			until += PAGE_SIZE;
		heap_add_span(start, until);
	}
}

void arch_memory_free_modules(void)
{
	for (uint32_t i = 0; i < boot_information.nr_modules; i++) {
		module_free(&boot_information.modules[i]);
		boot_information.modules[i].bytes = 0;
	}
}
