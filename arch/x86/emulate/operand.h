/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shared by the sources of the store emulator: general registers by number, operands of 1 to 8 bytes. */
#ifndef EMULATE_OPERAND_H
#define EMULATE_OPERAND_H

#include "asm/emulate.h"

uint64_t register_read(const struct registers *r, unsigned int nr);
void register_write(struct registers *r, unsigned int nr, uint64_t value);

/* The register operand of a store, in its size. */
uint64_t operand_read(const struct registers *r, const struct store *s);
/* Writes a register in the store's size, as instructions do: 32-bit results clear the upper half. */
void operand_write(struct registers *r, const struct store *s, unsigned int nr, uint64_t value);

static inline uint64_t truncate(uint64_t value, unsigned int bytes)
{
	return bytes == 8 ? value : value & ((1UL << (8 * bytes)) - 1);
}

static inline uint64_t sign_extend(uint64_t value, unsigned int bytes)
{
	unsigned int shift = 64 - 8 * bytes;

	return (uint64_t)((int64_t)(value << shift) >> shift);
}

#endif
