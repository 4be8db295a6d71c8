/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same instruction on this machine's processor and in the emulator. */
#ifndef TEST_EMULATE_NATIVE_H
#define TEST_EMULATE_NATIVE_H

#include <stddef.h>
#include <stdint.h>

#include "asm/emulate.h"

/* Memory that instructions may reach; r->rdi points into the middle of it. */
#define ARENA_BYTES 512

struct trial {
	uint8_t code[INSTRUCTION_MAX_BYTES];
	size_t nr_bytes;
	struct registers before; /* rip is set by the runs */
	uint8_t memory[ARENA_BYTES];
};

/* Flags whose value after the instruction is defined. */
#define FLAGS_ALL 0x8d5u
#define FLAGS_NO_ADJUST 0x8c5u
#define FLAGS_CARRY 0x001u

/* A text of what differs, NULL: nothing. */
const char *trial_compare(const struct trial *trial, uint64_t flags_defined);

#endif
