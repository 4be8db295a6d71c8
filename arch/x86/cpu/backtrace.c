/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Back-traces by frame pointers, with names from the image's own table. */
#include "asm/symbols.h"
#include "asm/image.h"
#include "asm/registers.h"
#include "hv/arch.h"
#include "hv/printk.h"

#define NR_FRAMES 32

struct stack_frame {
	uint64_t caller_frame;
	uint64_t return_address;
};

const char *symbol_find(uint64_t address, uint64_t *offset)
{
	uint64_t target = address - (uint64_t)image_start;
	uint32_t low = 0, high = symbols_count;

	if (address >= (uint64_t)image_text_end || target >= IMAGE_MAX_BYTES)
		return NULL;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (symbols_offsets[middle] <= target)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	*offset = target - symbols_offsets[low - 1];
	return symbols_names + symbols_name_offsets[low - 1];
}

void arch_print_symbol(uint64_t address)
{
	uint64_t offset;
	const char *name = symbol_find(address, &offset);

	if (name)
		printk_raw("%s+%#lx", name, offset);
	else
		printk_raw("?");
}

static void return_address_print(uint64_t address)
{
	printk_raw("  %016lx ", address);
	arch_print_symbol(address);
	printk_raw("\n");
}

/* Frames go up in their own block of the stack; a stale pointer must not make us fault. */
static bool frame_is_plausible(uint64_t frame, uint64_t below)
{
	return frame % 8 == 0 && frame > below &&
	       ROUND_DOWN(frame, STACK_BYTES) == ROUND_DOWN(below, STACK_BYTES) &&
	       frame + sizeof(struct stack_frame) <= ROUND_UP(frame + 1, STACK_BYTES);
}

void backtrace_print(uint64_t rip, uint64_t rbp)
{
	uint64_t below;

	__asm__ volatile("mov %%rsp, %0" : "=r"(below));
	printk_raw("Back-trace:\n");
	if (rip)
		return_address_print(rip);
	for (unsigned int i = 0; i < NR_FRAMES && frame_is_plausible(rbp, below); i++) {
		const struct stack_frame *frame = (const struct stack_frame *)rbp;

		if (frame->return_address == 0)
			break;
		return_address_print(frame->return_address);
		below = rbp;
		rbp = frame->caller_frame;
	}
}

void arch_dump_backtrace(void)
{
	backtrace_print(0, (uint64_t)__builtin_frame_address(0));
}
