/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boot allocator: a short list of free spans, carved from the top. */
#include "asm/image.h"
#include "asm/memory.h"
#include "hv/boot.h"
#include "hv/errno.h"
#include "hv/printk.h"

#define NR_SPANS (BOOT_NR_RANGES + 64)
#define FIRST_USABLE MIB(1)
#define FOUR_GIB GIB(4)

static struct memory_span spans[NR_SPANS];
static unsigned int nr_spans;
static uint64_t reach = FOUR_GIB; /* of the entry code's page tables */
static bool is_open;

static void span_add(uint64_t start, uint64_t end)
{
	if (start >= end)
		return;
	if (nr_spans == NR_SPANS) {
		printk(LOG_WARNING, "memory is too fragmented: %#lx-%#lx is left unused", start,
		       end - 1);
		return;
	}
	spans[nr_spans++] = (struct memory_span){start, end};
}

static void span_drop_if_empty(unsigned int index)
{
	if (spans[index].start >= spans[index].end)
		spans[index] = spans[--nr_spans];
}

void boot_memory_reserve(uint64_t start, uint64_t end)
{
	for (unsigned int i = nr_spans; i-- > 0;) {
		struct memory_span *span = &spans[i];
		uint64_t span_end = span->end;

		if (start >= span->end || end <= span->start)
			continue;
		span->end = MAX(span->start, start);
		if (end < span_end)
			span_add(end, span_end);
		span_drop_if_empty(i);
	}
}

int boot_memory_alloc(uint64_t bytes, uint64_t align, uint64_t limit, paddr_t *out)
{
	uint64_t best = 0;

	for (unsigned int i = 0; i < nr_spans; i++) {
		uint64_t end = MIN(spans[i].end, limit);
		uint64_t start;

		if (end < bytes)
			continue;
		start = (end - bytes) & ~(align - 1);
		if (start >= spans[i].start && start > best)
			best = start;
	}
	if (!best)
		return -ENOMEM;
	boot_memory_reserve(best, best + bytes);
	*out = paddr_from(best);
	return 0;
}

bool boot_memory_span(unsigned int index, struct memory_span *out)
{
	if (index >= nr_spans)
		return false;
	*out = spans[index];
	return true;
}

void boot_memory_init(void)
{
	const struct boot_information *boot = &boot_information;

	for (uint32_t i = 0; i < boot->nr_ranges; i++) {
		const struct boot_range *range = &boot->ranges[i];
		uint64_t start = MAX(ROUND_UP(range->start, PAGE_SIZE), FIRST_USABLE);
		uint64_t end = ROUND_DOWN(range->start + range->bytes, PAGE_SIZE);

		if (range->type == BOOT_RANGE_RAM)
			span_add(start, MIN(end, MACHINE_BYTES));
	}
	boot_memory_reserve(image_physical, image_to_paddr(image_end).a);
	for (uint32_t i = 0; i < boot->nr_modules; i++) {
		const struct boot_module *module = &boot->modules[i];

		boot_memory_reserve(ROUND_DOWN(module->start.a, PAGE_SIZE),
				    ROUND_UP(module->start.a + module->bytes, PAGE_SIZE));
	}
	is_open = true;
}

uint64_t boot_memory_limit(void)
{
	return reach;
}

void boot_memory_set_limit(uint64_t limit)
{
	reach = limit;
}

bool boot_memory_is_open(void)
{
	return is_open;
}

void boot_memory_close(void)
{
	is_open = false;
}
