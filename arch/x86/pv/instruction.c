/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fetch and prefix decoding of the instructions that pv/privileged.c emulates (AMD64 APM 3, chapter 1). */
#include "instruction.h"

#include "asm/processor.h"
#include "hv/guest_access.h"

#define REX_W 8

/* The L bit of the code segment, as LAR tells it: only 64-bit code is emulated. */
static bool code_is_64bit(uint16_t cs)
{
	uint32_t rights = 0;

	/* The page of the descriptor may have gone since the guest loaded the selector. */
	__asm__ volatile("1: lar %1, %0\n2:\n" EXCEPTION_FIXUP(1b, 2b)
			 : "+r"(rights)
			 : "r"((uint32_t)cs)
			 : "cc");
	return rights & 1U << 21;
}

static bool instruction_read(uint64_t rip, struct instruction *in)
{
	uint64_t left_on_page = PAGE_SIZE - rip % PAGE_SIZE;
	uint8_t first = left_on_page < sizeof(in->bytes) ? (uint8_t)left_on_page
							 : sizeof(in->bytes);

	if (guest_copy_from(in->bytes, rip, first))
		return false;
	in->nr_bytes = first;
	if (first < sizeof(in->bytes) &&
	    !guest_copy_from(in->bytes + first, rip + first, sizeof(in->bytes) - first))
		in->nr_bytes = sizeof(in->bytes);
	return true;
}

bool instruction_next(struct instruction *in, uint8_t *byte)
{
	if (in->length >= in->nr_bytes)
		return false;
	*byte = in->bytes[in->length++];
	return true;
}

/* True when the byte is a legacy prefix, which it notes. */
static bool prefix_note(struct instruction *in, uint8_t byte)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
	case 0x64:
	case 0x65:
		in->segment = byte;
		return true;
	case 0x66:
		in->operand_bytes = 2;
		return true;
	case 0x67:
		in->has_address_size = true;
		return true;
	case 0xf2:
	case 0xf3:
		in->has_repeat = true;
		return true;
	default:
		return false;
	}
}

bool instruction_fetch(const struct registers *r, struct instruction *in)
{
	uint8_t byte;

	*in = (struct instruction){.operand_bytes = 4};
	if (!code_is_64bit(r->cs) || !instruction_read(r->rip, in))
		return false;
	do
		if (!instruction_next(in, &byte))
			return false;
	while (prefix_note(in, byte));
	if ((byte & 0xf0) == 0x40) {
		in->rex = byte;
		if (byte & REX_W)
			in->operand_bytes = 8;
		if (!instruction_next(in, &byte))
			return false;
	}
	if (byte == 0x0f) {
		in->is_two_byte = true;
		if (!instruction_next(in, &byte))
			return false;
	}
	in->opcode = byte;
	return true;
}

uint64_t *instruction_register(struct registers *r, unsigned int number)
{
	static const uint8_t offsets[16] = {
		offsetof(struct registers, rax), offsetof(struct registers, rcx),
		offsetof(struct registers, rdx), offsetof(struct registers, rbx),
		offsetof(struct registers, rsp), offsetof(struct registers, rbp),
		offsetof(struct registers, rsi), offsetof(struct registers, rdi),
		offsetof(struct registers, r8),	 offsetof(struct registers, r9),
		offsetof(struct registers, r10), offsetof(struct registers, r11),
		offsetof(struct registers, r12), offsetof(struct registers, r13),
		offsetof(struct registers, r14), offsetof(struct registers, r15),
	};

	return (uint64_t *)((char *)r + offsets[number & 15]);
}
