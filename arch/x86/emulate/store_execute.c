/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Carrying out a decoded store: memory first, then registers and flags. */
#include "asm/emulate.h"
#include "hv/errno.h"
#include "operand.h"

#define FLAG_CF 0x001UL
#define FLAG_PF 0x004UL
#define FLAG_AF 0x010UL
#define FLAG_ZF 0x040UL
#define FLAG_SF 0x080UL
#define FLAG_OF 0x800UL
#define FLAGS_ARITHMETIC (FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)
#define FLAG_RF 0x10000UL

static const size_t register_offsets[16] = {
	offsetof(struct registers, rax), offsetof(struct registers, rcx),
	offsetof(struct registers, rdx), offsetof(struct registers, rbx),
	offsetof(struct registers, rsp), offsetof(struct registers, rbp),
	offsetof(struct registers, rsi), offsetof(struct registers, rdi),
	offsetof(struct registers, r8),	 offsetof(struct registers, r9),
	offsetof(struct registers, r10), offsetof(struct registers, r11),
	offsetof(struct registers, r12), offsetof(struct registers, r13),
	offsetof(struct registers, r14), offsetof(struct registers, r15),
};

uint64_t register_read(const struct registers *r, unsigned int nr)
{
	return *(const uint64_t *)((const char *)r + register_offsets[nr & 15]);
}

void register_write(struct registers *r, unsigned int nr, uint64_t value)
{
	*(uint64_t *)((char *)r + register_offsets[nr & 15]) = value;
}

static bool is_high_byte(unsigned int nr, unsigned int bytes, bool has_rex)
{
	return bytes == 1 && !has_rex && nr >= 4;
}

uint64_t operand_read(const struct registers *r, const struct store *s)
{
	if (is_high_byte(s->register_nr, s->bytes, s->has_rex))
		return register_read(r, s->register_nr - 4u) >> 8 & 0xff;
	return truncate(register_read(r, s->register_nr), s->bytes);
}

void operand_write(struct registers *r, const struct store *s, unsigned int nr, uint64_t value)
{
	uint64_t old;

	if (is_high_byte(nr, s->bytes, s->has_rex)) {
		old = register_read(r, nr - 4u);
		register_write(r, nr - 4u, (old & ~0xff00UL) | (value & 0xff) << 8);
		return;
	}
	old = register_read(r, nr);
	/* 32-bit results clear the upper half. */
	if (s->bytes >= 4)
		register_write(r, nr, truncate(value, s->bytes));
	else
		register_write(r, nr,
			       (old & ~truncate(~0UL, s->bytes)) | truncate(value, s->bytes));
}

static uint64_t sign_bit(uint64_t value, unsigned int bytes)
{
	return value >> (8 * bytes - 1) & 1;
}

static uint64_t flags_of_result(uint64_t result, unsigned int bytes)
{
	uint64_t flags = 0, parity = result & 0xff;

	parity ^= parity >> 4;
	parity ^= parity >> 2;
	parity ^= parity >> 1;
	if (!(parity & 1))
		flags |= FLAG_PF;
	if (!result)
		flags |= FLAG_ZF;
	if (sign_bit(result, bytes))
		flags |= FLAG_SF;
	return flags;
}

static uint64_t flags_of_add(uint64_t a, uint64_t b, uint64_t result, unsigned int bytes)
{
	uint64_t flags = flags_of_result(result, bytes) | ((a ^ b ^ result) & FLAG_AF);

	if (result < a)
		flags |= FLAG_CF;
	if (sign_bit(~(a ^ b) & (a ^ result), bytes))
		flags |= FLAG_OF;
	return flags;
}

static uint64_t flags_of_subtract(uint64_t a, uint64_t b, uint64_t result, unsigned int bytes)
{
	uint64_t flags = flags_of_result(result, bytes) | ((a ^ b ^ result) & FLAG_AF);

	if (a < b)
		flags |= FLAG_CF;
	if (sign_bit((a ^ b) & (a ^ result), bytes))
		flags |= FLAG_OF;
	return flags;
}

/* What becomes of a value in memory: the new one, and the flags that change with it. */
struct outcome {
	uint64_t value;
	uint64_t flags, flags_mask;
};

static struct outcome bit_compute(const struct store *s, uint64_t old)
{
	uint64_t bit = 1UL << s->operand;
	struct outcome o = {old, old & bit ? FLAG_CF : 0, FLAG_CF};

	if (s->kind == STORE_BIT_SET)
		o.value |= bit;
	else if (s->kind == STORE_BIT_RESET)
		o.value &= ~bit;
	else
		o.value ^= bit;
	return o;
}

static struct outcome compute(const struct store *s, const struct registers *r, uint64_t old)
{
	struct outcome o = {s->operand, 0, FLAGS_ARITHMETIC};
	uint64_t accumulator;

	switch (s->kind) {
	case STORE_ADD:
	case STORE_EXCHANGE_ADD:
		o.value = truncate(old + s->operand, s->bytes);
		o.flags = flags_of_add(old, s->operand, o.value, s->bytes);
		return o;
	case STORE_SUBTRACT:
		o.value = truncate(old - s->operand, s->bytes);
		o.flags = flags_of_subtract(old, s->operand, o.value, s->bytes);
		return o;
	case STORE_OR:
		o.value = old | s->operand;
		break;
	case STORE_AND:
		o.value = old & s->operand;
		break;
	case STORE_XOR:
		o.value = old ^ s->operand;
		break;
	case STORE_COMPARE_EXCHANGE:
		accumulator = truncate(r->rax, s->bytes);
		o.value = accumulator == old ? s->operand : old;
		o.flags = flags_of_subtract(accumulator, old, truncate(accumulator - old, s->bytes),
					    s->bytes);
		return o;
	case STORE_BIT_SET:
	case STORE_BIT_RESET:
	case STORE_BIT_COMPLEMENT:
		return bit_compute(s, old);
	default:
		o.flags_mask = 0;
		return o;
	}
	o.flags = flags_of_result(o.value, s->bytes);
	return o;
}

/* Registers that receive what was in memory. */
static void registers_commit(const struct store *s, struct registers *r, uint64_t old)
{
	if (s->kind == STORE_EXCHANGE || s->kind == STORE_EXCHANGE_ADD)
		operand_write(r, s, s->register_nr, old);
	else if (s->kind == STORE_COMPARE_EXCHANGE && truncate(r->rax, s->bytes) != old)
		operand_write(r, s, 0, old);
}

/* Another writer, the processor's accessed and dirty bits included, makes it start again. */
static int exchange_execute(const struct store *s, struct registers *r,
			    const struct store_memory *memory)
{
	struct outcome o;
	uint64_t old;
	int rc = memory->read(memory->data, s->address, s->bytes, &old);

	if (rc)
		return rc;
	do {
		o = compute(s, r, old);
		rc = memory->compare_exchange(memory->data, s->address, s->bytes, &old, o.value);
	} while (rc == -EAGAIN);
	if (rc)
		return rc;
	registers_commit(s, r, old);
	r->rflags = (r->rflags & ~o.flags_mask) | o.flags;
	return 0;
}

/* One element; the instruction starts again while its count isn't used up. */
static void string_advance(const struct store *s, struct registers *r)
{
	uint64_t mask = s->narrow_count ? UINT32_MAX : UINT64_MAX;

	r->rdi = (r->rdi + s->bytes) & mask;
	if (!s->repeats) {
		r->rip += s->length_bytes;
		return;
	}
	r->rcx = (r->rcx - 1) & mask;
	if (r->rcx == 0)
		r->rip += s->length_bytes;
}

int store_execute(const struct store *s, struct registers *r, const struct store_memory *memory)
{
	int rc;

	if (s->kind == STORE_MOVE || s->kind == STORE_STRING)
		rc = memory->write(memory->data, s->address, s->bytes, s->operand);
	else
		rc = exchange_execute(s, r, memory);
	if (rc)
		return rc;
	if (s->kind == STORE_STRING)
		string_advance(s, r);
	else
		r->rip += s->length_bytes;
	r->rflags &= ~FLAG_RF;
	return 0;
}
