/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store emulator against the processor that runs this test, and what it refuses. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "hv/errno.h"
#include "native.h"

#define NR_TRIALS 400

/* Opcode bytes; how the ModRM byte's reg field and what follows are chosen. */
struct form {
	uint8_t opcode[2];
	uint8_t nr_opcode;
	int8_t group;	  /* reg field; -1: any register */
	int8_t immediate; /* bytes; -1: the operand's, at most 4 */
	bool is_byte, locks, is_bit;
	uint16_t flags;
};

#define BYTE true
#define LOCKS true

static const struct form forms[] = {
	{{0x00}, 1, -1, 0, BYTE, LOCKS, false, FLAGS_ALL},
	{{0x01}, 1, -1, 0, false, LOCKS, false, FLAGS_ALL},
	{{0x08}, 1, -1, 0, BYTE, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x09}, 1, -1, 0, false, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x20}, 1, -1, 0, BYTE, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x21}, 1, -1, 0, false, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x28}, 1, -1, 0, BYTE, LOCKS, false, FLAGS_ALL},
	{{0x29}, 1, -1, 0, false, LOCKS, false, FLAGS_ALL},
	{{0x30}, 1, -1, 0, BYTE, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x31}, 1, -1, 0, false, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x80}, 1, 0, 1, BYTE, LOCKS, false, FLAGS_ALL},
	{{0x80}, 1, 1, 1, BYTE, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x81}, 1, 4, -1, false, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x81}, 1, 5, -1, false, LOCKS, false, FLAGS_ALL},
	{{0x83}, 1, 6, 1, false, LOCKS, false, FLAGS_NO_ADJUST},
	{{0x83}, 1, 0, 1, false, LOCKS, false, FLAGS_ALL},
	{{0x86}, 1, -1, 0, BYTE, LOCKS, false, FLAGS_ALL},
	{{0x87}, 1, -1, 0, false, LOCKS, false, FLAGS_ALL},
	{{0x88}, 1, -1, 0, BYTE, false, false, FLAGS_ALL},
	{{0x89}, 1, -1, 0, false, false, false, FLAGS_ALL},
	{{0xc6}, 1, 0, 1, BYTE, false, false, FLAGS_ALL},
	{{0xc7}, 1, 0, -1, false, false, false, FLAGS_ALL},
	{{0x0f, 0xab}, 2, -1, 0, false, LOCKS, true, FLAGS_CARRY},
	{{0x0f, 0xb3}, 2, -1, 0, false, LOCKS, true, FLAGS_CARRY},
	{{0x0f, 0xbb}, 2, -1, 0, false, LOCKS, true, FLAGS_CARRY},
	{{0x0f, 0xba}, 2, 5, 1, false, LOCKS, false, FLAGS_CARRY},
	{{0x0f, 0xba}, 2, 6, 1, false, LOCKS, false, FLAGS_CARRY},
	{{0x0f, 0xba}, 2, 7, 1, false, LOCKS, false, FLAGS_CARRY},
	{{0x0f, 0xb0}, 2, -1, 0, BYTE, LOCKS, false, FLAGS_ALL},
	{{0x0f, 0xb1}, 2, -1, 0, false, LOCKS, false, FLAGS_ALL},
	{{0x0f, 0xc0}, 2, -1, 0, BYTE, LOCKS, false, FLAGS_ALL},
	{{0x0f, 0xc1}, 2, -1, 0, false, LOCKS, false, FLAGS_ALL},
};

static uint64_t seed;

static uint64_t any(void)
{
	seed = seed * 6364136223846793005UL + 1442695040888963407UL;
	return seed >> 32 ^ seed << 17;
}

static void emit(struct trial *t, uint64_t value, unsigned int nr)
{
	memcpy(&t->code[t->nr_bytes], &value, nr);
	t->nr_bytes += nr;
}

/* Registers that matter hold small, equal or wild values in turn. */
static void registers_fill(struct trial *t)
{
	uint64_t *r = (uint64_t *)&t->before;

	memset(&t->before, 0, sizeof(t->before));
	for (unsigned int i = 0; i < offsetof(struct registers, error_code) / 8; i++)
		r[i] = any() % 3 ? any() << 20 ^ any() : any() % 256;
	t->before.rflags = any() & FLAGS_ALL;
	for (unsigned int i = 0; i < ARENA_BYTES; i++)
		t->memory[i] = (uint8_t)any();
	/* So that compare-and-exchange succeeds now and then. */
	if (any() % 2)
		memcpy(&t->before.rax, &t->memory[ARENA_BYTES / 2], 8);
}

/* (%rdi), disp8(%rdi), disp32(%rdi), (%rdi,%rbx,scale) with a small index. */
static void emit_operand(struct trial *t, unsigned int reg)
{
	switch (any() % 4) {
	case 0:
		emit(t, 0x07 | reg << 3, 1);
		break;
	case 1:
		emit(t, 0x47 | reg << 3, 1);
		emit(t, any() % 100 - 50, 1);
		break;
	case 2:
		emit(t, 0x87 | reg << 3, 1);
		emit(t, any() % 100 - 50, 4);
		break;
	default:
		emit(t, 0x04 | reg << 3, 1);
		emit(t, 0x1f | (any() % 4) << 6, 1);
		t->before.rbx = any() % 16 - 8;
		break;
	}
}

static uint64_t *register_of(struct registers *r, unsigned int nr)
{
	uint64_t *const legacy[] = {&r->rax, &r->rcx, &r->rdx, &r->rbx,
				    &r->rsp, &r->rbp, &r->rsi, &r->rdi};

	return nr < 8 ? legacy[nr] : (uint64_t *)r + (15 - nr) + (nr < 12 ? 2 : 0);
}

static void trial_build(struct trial *t, const struct form *form)
{
	bool wide = any() % 2, narrow = any() % 4 == 0, rex = wide || any() % 2;
	unsigned int reg = any() % 8, high = rex ? any() % 2 : 0, bytes;

	t->nr_bytes = 0;
	registers_fill(t);
	bytes = form->is_byte ? 1 : wide ? 8 : narrow ? 2 : 4;
	/* Not the stack pointer, and not the base of the operand. */
	if (!(high || (form->is_byte && !rex)) && (reg == 4 || reg == 7))
		reg = 6;
	if (form->is_byte && rex && !high && reg == 4)
		reg = 6;
	if (form->group >= 0) {
		reg = (unsigned int)form->group;
		high = 0;
	}
	if (form->is_bit)
		*register_of(&t->before, reg + 8 * high) = any() % 1600 - 800;
	if (narrow)
		emit(t, 0x66, 1);
	if (form->locks && any() % 2)
		emit(t, 0xf0, 1);
	if (rex)
		emit(t, 0x40 | wide << 3 | high << 2, 1);
	emit(t, form->opcode[0] | form->opcode[1] << 8, form->nr_opcode);
	emit_operand(t, reg);
	emit(t, any() << 13 ^ any(),
	     form->immediate < 0 ? MIN(bytes, 4) : (unsigned int)form->immediate);
}

static void stores_act_as_on_the_processor(void **state)
{
	struct trial trial;

	for (unsigned int f = 0; f < ARRAY_SIZE(forms); f++)
		for (unsigned int i = 0; i < NR_TRIALS; i++) {
			const char *text;

			seed = f * 1000 + i;
			trial_build(&trial, &forms[f]);
			text = trial_compare(&trial, forms[f].flags);
			if (text)
				fail_msg("form %u trial %u: %s", f, i, text);
		}
}

static void string_stores_act_as_on_the_processor(void **state)
{
	static const struct {
		uint8_t code[3];
		uint8_t nr;
	} rows[] = {
		{{0xaa}, 1},
		{{0xab}, 1},
		{{0x48, 0xab}, 2},
		{{0xf3, 0xaa}, 2},
		{{0xf3, 0x48, 0xab}, 3},
		{{0x66, 0xab}, 2},
	};
	struct trial trial;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		seed = i;
		registers_fill(&trial);
		trial.before.rcx = 5;
		memcpy(trial.code, rows[i].code, rows[i].nr);
		trial.nr_bytes = rows[i].nr;
		assert_null(trial_compare(&trial, FLAGS_ALL));
	}
}

static int decode(const void *code, size_t nr, struct store *store)
{
	struct registers r = {.rip = 0x1000, .rdi = 0x5000, .rcx = 1};

	return store_decode(code, nr, &r, NULL, store);
}

static void all_else_is_refused(void **state)
{
	static const struct {
		uint8_t code[8];
		uint8_t nr;
	} rows[] = {
		{{0x90}, 1},			     /* nop */
		{{0x89, 0xc0}, 2},		     /* to a register */
		{{0x8b, 0x07}, 2},		     /* a load */
		{{0xf0, 0x89, 0x07}, 3},	     /* lock mov */
		{{0xf0, 0x48, 0xab}, 3},	     /* lock stos */
		{{0x80, 0x3f, 0x00}, 3},	     /* cmp */
		{{0x80, 0x17, 0x00}, 3},	     /* adc */
		{{0xc7, 0x4f, 0, 0, 0, 0, 0, 0}, 8}, /* c7 /1 */
		{{0x0f, 0xba, 0x27, 0x01}, 4},	     /* bt */
		{{0x0f, 0x11, 0x07}, 3},	     /* movups */
		{{0x0f, 0xc7, 0x0f}, 3},	     /* cmpxchg8b */
		{{0xc5, 0xf8, 0x11, 0x07}, 4},	     /* AVX */
		{{0x48, 0x66, 0x89, 0x07}, 4},	     /* a prefix behind REX */
		{{0xa4}, 1},			     /* movs */
	};
	struct store store;

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (decode(rows[i].code, rows[i].nr, &store) != -EOPNOTSUPP)
			fail_msg("row %u was accepted", i);
}

static void incomplete_ones_ask_for_more(void **state)
{
	static const uint8_t code[] = {0x66, 0xf0, 0x48, 0x81, 0xa4, 0x9f, 1, 2, 3, 4, 5, 6, 7, 8};
	uint8_t prefixes[16];
	struct store store;

	for (size_t nr = 0; nr < 14; nr++)
		assert_int_equal(decode(code, nr, &store), -ENODATA);
	assert_int_equal(decode(code, 14, &store), 0);
	memset(prefixes, 0x66, sizeof(prefixes));
	assert_int_equal(decode(prefixes, 14, &store), -ENODATA);
	assert_int_equal(decode(prefixes, 15, &store), -EOPNOTSUPP);
	assert_int_equal(decode(prefixes, 16, &store), -EOPNOTSUPP);
}

static void addresses_follow_rip_and_segments(void **state)
{
	static const uint8_t relative[] = {0x48, 0xc7, 0x05, 0x10, 0, 0, 0, 1, 0, 0, 0};
	static const uint8_t with_gs[] = {0x65, 0x48, 0x89, 0x07};
	static const uint8_t narrow[] = {0x67, 0x89, 0x07};
	const struct store_segments segments = {0x100, 0x20000};
	struct registers r = {.rip = 0x1000, .rdi = 0x500000005000};
	struct store store;

	assert_int_equal(store_decode(relative, sizeof(relative), &r, NULL, &store), 0);
	assert_int_equal(store.address, 0x1000 + sizeof(relative) + 0x10);
	assert_int_equal(store_decode(with_gs, sizeof(with_gs), &r, NULL, &store), -EDOM);
	assert_int_equal(store_decode(with_gs, sizeof(with_gs), &r, &segments, &store), 0);
	assert_int_equal(store.address, 0x500000025000);
	assert_int_equal(store_decode(narrow, sizeof(narrow), &r, NULL, &store), 0);
	assert_int_equal(store.address, 0x5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_act_as_on_the_processor),
		cmocka_unit_test(string_stores_act_as_on_the_processor),
		cmocka_unit_test(all_else_is_refused),
		cmocka_unit_test(incomplete_ones_ask_for_more),
		cmocka_unit_test(addresses_follow_rip_and_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
