/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The privileged instructions that a PV guest may execute in ring 3 and have
 * emulated: decoded form, and the groups that emulate them. A group returns
 * true when it carried the instruction out (or injected its own exception).
 */
#ifndef PV_INSTRUCTION_H
#define PV_INSTRUCTION_H

#include "asm/registers.h"
#include "hv/types.h"

#define INSTRUCTION_BYTES_MAX 15

struct instruction {
	uint8_t bytes[INSTRUCTION_BYTES_MAX];
	uint8_t nr_bytes; /* fetched */
	uint8_t length;	  /* decoded so far; at the end the whole length */
	uint8_t opcode;	  /* last opcode byte */
	uint8_t modrm;
	uint8_t rex;
	uint8_t operand_bytes; /* 2, 4 or 8 */
	uint8_t segment;       /* override prefix, 0: none */
	bool is_two_byte, has_repeat, has_address_size;
};

/* Reads up to 15 bytes at rip and decodes prefixes and opcode; false: not readable or not in 64-bit code. */
bool instruction_fetch(const struct registers *r, struct instruction *in);
/* The next byte of the instruction; false past its end. */
bool instruction_next(struct instruction *in, uint8_t *byte);
/* General register by number 0-15 of the frame. */
uint64_t *instruction_register(struct registers *r, unsigned int number);

/* pv/port_io.c: IN, OUT, INS, OUTS. */
bool port_io_emulate(struct registers *r, struct instruction *in);

#endif
