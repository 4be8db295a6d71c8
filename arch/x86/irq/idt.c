/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one interrupt descriptor table, shared by all CPUs and read-only once built. */
#include "asm/descriptors.h"
#include "asm/irq.h"
#include "hv/types.h"

#define NR_VECTORS 256
#define STUB_BYTES 16
#define GATE_INTERRUPT 0x8e00U
#define GATE_DPL3 0x6000U

struct idt_gate {
	uint16_t offset_low, selector, type, offset_middle;
	uint32_t offset_high, reserved;
};

_Static_assert(sizeof(struct idt_gate) == 16, "struct idt_gate");

static struct idt_gate idt[NR_VECTORS] aligned_to(4096);

static unsigned int idt_stack_of(unsigned int vector)
{
	static const uint8_t stacks[] = {
		[VECTOR_DB] = IST_DB,
		[VECTOR_NMI] = IST_NMI,
		[VECTOR_DF] = IST_DF,
		[VECTOR_MC] = IST_MC,
	};

	return vector < ARRAY_SIZE(stacks) ? stacks[vector] : 0;
}

static bool idt_is_open_to_guests(unsigned int vector)
{
	return vector == VECTOR_BP || vector == VECTOR_OF || vector == VECTOR_LEGACY_SYSCALL;
}

void idt_init(void)
{
	for (unsigned int vector = 0; vector < NR_VECTORS; vector++) {
		uint64_t entry = (uint64_t)entry_stubs + vector * STUB_BYTES;
		uint32_t type = GATE_INTERRUPT | idt_stack_of(vector);

		if (idt_is_open_to_guests(vector))
			type |= GATE_DPL3;
		idt[vector] = (struct idt_gate){
			.offset_low = (uint16_t)entry,
			.selector = SELECTOR_HV_CS,
			.type = (uint16_t)type,
			.offset_middle = (uint16_t)(entry >> 16),
			.offset_high = (uint32_t)(entry >> 32),
		};
	}
}

void idt_load_cpu(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} packed_struct pointer = {sizeof(idt) - 1, (uint64_t)idt};

	__asm__ volatile("lidt %0" : : "m"(pointer));
}
