/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decoder of 64-bit instructions that store to memory, for guests' writes
 * that trap. Pure: it knows registers and bytes, no domain; memory is reached
 * by the caller's functions, one operand at a time.
 */
#ifndef ASM_EMULATE_H
#define ASM_EMULATE_H

#include "asm/registers.h"
#include "hv/types.h"

#define INSTRUCTION_MAX_BYTES 15

enum store_kind {
	STORE_NONE,
	STORE_MOVE,
	STORE_EXCHANGE,
	STORE_COMPARE_EXCHANGE,
	STORE_EXCHANGE_ADD,
	STORE_ADD,
	STORE_SUBTRACT,
	STORE_OR,
	STORE_AND,
	STORE_XOR,
	STORE_BIT_SET,
	STORE_BIT_RESET,
	STORE_BIT_COMPLEMENT,
	STORE_STRING, /* STOS, one element of it */
};

struct store {
	enum store_kind kind;
	uint8_t bytes;	      /* 1, 2, 4, 8 */
	uint8_t register_nr;  /* of the register operand that is read or written */
	bool has_rex;	      /* byte registers 4-7 are SPL-DIL, not AH-BH */
	bool repeats;	      /* REP STOS */
	bool narrow_count;    /* 32-bit addresses: RCX and RDI count as ECX and EDI */
	uint8_t length_bytes; /* of the instruction */
	uint64_t operand;     /* source value, or the bit's number within the operand */
	uint64_t address;     /* linear */
};

/* Bases that an override adds; all other segments start at 0. */
struct store_segments {
	uint64_t fs_base, gs_base;
};

/* -ENODATA: the instruction has more bytes than are given; -EDOM: it needs the segments' bases (NULL until then: reading them is dear);
 * -EOPNOTSUPP: none of ours. No effect on r. */
int must_check store_decode(const uint8_t *code, size_t nr_bytes, const struct registers *r,
			    const struct store_segments *segments, struct store *out);

/* 0 or a negative errno, which store_execute() passes on. Address and size are the operand's. */
struct store_memory {
	int (*read)(void *data, uint64_t address, unsigned int bytes, uint64_t *value);
	int (*write)(void *data, uint64_t address, unsigned int bytes, uint64_t value);
	/* Atomically new for *expected; -EAGAIN: there was something else, now in *expected. */
	int (*compare_exchange)(void *data, uint64_t address, unsigned int bytes,
				uint64_t *expected, uint64_t new_value);
	void *data;
};

/* Stores, then changes registers, flags and rip; nothing is changed on an error. */
int must_check store_execute(const struct store *store, struct registers *r,
			     const struct store_memory *memory);

#endif
