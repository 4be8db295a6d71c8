/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes libbuild's reader of kernel files: whatever image_read() takes keeps the promises of
 * image.h, layout_make() makes a layout within the domain of it or refuses it, and its page tables
 * can be written. The first two bytes say how much memory and RAM disk there are.
 */
#include <stdlib.h>
#include <string.h>

#include "libbuild/image.h"
#include "libbuild/layout.h"
#include "libbuild/tables.h"

#define MAX_PAGES 16384UL

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static uint64_t frames[MAX_PAGES], tables[MAX_PAGES * 512];

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_plan(const struct image_plan *plan, size_t bytes)
{
	uint64_t end = 0;

	require(plan->nr_segments > 0 && plan->nr_segments <= IMAGE_MAX_SEGMENTS);
	for (unsigned int i = 0; i < plan->nr_segments; i++) {
		const struct image_segment *segment = &plan->segments[i];

		require(segment->offset <= bytes && segment->file_bytes <= bytes - segment->offset);
		require(segment->file_bytes <= segment->memory_bytes);
		require(segment->physical >= end);
		end = segment->physical + segment->memory_bytes;
	}
	require(end == plan->end && end <= IMAGE_MAX_END);
	require(plan->entry - plan->virt_base < plan->end);
	require(memchr(plan->notes.system, 0, IMAGE_TEXT_BYTES) != NULL);
}

static void check_layout(const struct image_plan *plan, uint64_t pages, uint64_t ramdisk)
{
	struct build_layout layout;
	struct reason why;

	require(layout_least_pages(plan, ramdisk) > 0);
	if (layout_make(plan, pages, ramdisk, &layout, &why))
		return;
	require(layout.end_pfn <= pages && layout.map_end_pfn <= layout.end_pfn);
	require(layout.p2m_pfn + layout.p2m_pages <= pages);
	require(layout.ramdisk_pfn + layout.ramdisk_pages <= pages);
	require(layout.tables_pfn + layout.nr_tables <= pages);
	require(!tables_write(&layout, frames, tables));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct image_plan plan;
	struct reason why;
	size_t offset, length;
	uint64_t pages, ramdisk;

	if (bytes < 2)
		return 0;
	pages = 1 + data[0] * 64UL;
	ramdisk = data[1] * 99999UL;
	data += 2;
	bytes -= 2;
	if (bzimage_is(data, bytes) && !bzimage_find_payload(data, bytes, &offset, &length, &why))
		require(offset <= bytes && length <= bytes - offset && length);
	if (image_read(data, bytes, &plan, &why))
		return 0;
	check_plan(&plan, bytes);
	check_layout(&plan, pages, ramdisk);
	return 0;
}
