/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding of the instructions that kernels write page tables with: moves,
 * exchanges, locked arithmetic and bit operations, STOS (AMD64 APM volume 3).
 * Anything else is refused, so the tables say what there is.
 */
#include "asm/emulate.h"
#include "hv/errno.h"
#include "operand.h"

#define REX_B 1
#define REX_X 2
#define REX_R 4
#define REX_W 8

#define NR_RDI 7
#define NR_RSP 4

enum source {
	FROM_REGISTER, /* ModRM.reg */
	FROM_IMMEDIATE,
	FROM_IMMEDIATE8, /* sign-extended */
	FROM_BIT_REGISTER,
	FROM_BIT_IMMEDIATE,
	FROM_ACCUMULATOR, /* STOS, no ModRM */
	BY_GROUP,	  /* ModRM.reg says more */
};

struct row {
	uint8_t kind;	/* enum store_kind */
	uint8_t source; /* enum source */
	bool is_byte;
	bool may_lock;
	uint8_t group;
};

enum {
	GROUP_ARITHMETIC8,
	GROUP_ARITHMETIC,
	GROUP_ARITHMETIC_SHORT,
	GROUP_MOVE8,
	GROUP_MOVE,
	GROUP_BIT
};

#define PAIR(opcode, kind, lock)                         \
	[opcode] = {kind, FROM_REGISTER, true, lock, 0}, \
	[(opcode) + 1] = {kind, FROM_REGISTER, false, lock, 0}

static const struct row one_byte[256] = {
	PAIR(0x00, STORE_ADD, true),
	PAIR(0x08, STORE_OR, true),
	PAIR(0x20, STORE_AND, true),
	PAIR(0x28, STORE_SUBTRACT, true),
	PAIR(0x30, STORE_XOR, true),
	[0x80] = {STORE_NONE, BY_GROUP, true, true, GROUP_ARITHMETIC8},
	[0x81] = {STORE_NONE, BY_GROUP, false, true, GROUP_ARITHMETIC},
	[0x83] = {STORE_NONE, BY_GROUP, false, true, GROUP_ARITHMETIC_SHORT},
	PAIR(0x86, STORE_EXCHANGE, true),
	PAIR(0x88, STORE_MOVE, false),
	[0xaa] = {STORE_STRING, FROM_ACCUMULATOR, true, false, 0},
	[0xab] = {STORE_STRING, FROM_ACCUMULATOR, false, false, 0},
	[0xc6] = {STORE_NONE, BY_GROUP, true, false, GROUP_MOVE8},
	[0xc7] = {STORE_NONE, BY_GROUP, false, false, GROUP_MOVE},
};

/* Behind 0x0f. */
static const struct row two_byte[256] = {
	[0xab] = {STORE_BIT_SET, FROM_BIT_REGISTER, false, true, 0},
	PAIR(0xb0, STORE_COMPARE_EXCHANGE, true),
	[0xb3] = {STORE_BIT_RESET, FROM_BIT_REGISTER, false, true, 0},
	[0xba] = {STORE_NONE, BY_GROUP, false, true, GROUP_BIT},
	[0xbb] = {STORE_BIT_COMPLEMENT, FROM_BIT_REGISTER, false, true, 0},
	PAIR(0xc0, STORE_EXCHANGE_ADD, true),
	[0xc3] = {STORE_MOVE, FROM_REGISTER, false, false, 0}, /* MOVNTI */
};

#define ARITHMETIC(source)                                                                         \
	{                                                                                          \
		{STORE_ADD, source, false, true, 0}, {STORE_OR, source, false, true, 0}, {0}, {0}, \
			{STORE_AND, source, false, true, 0},                                       \
			{STORE_SUBTRACT, source, false, true, 0},                                  \
			{STORE_XOR, source, false, true, 0}, {0},                                  \
	}

static const struct row groups[][8] = {
	[GROUP_ARITHMETIC8] = ARITHMETIC(FROM_IMMEDIATE8),
	[GROUP_ARITHMETIC] = ARITHMETIC(FROM_IMMEDIATE),
	[GROUP_ARITHMETIC_SHORT] = ARITHMETIC(FROM_IMMEDIATE8),
	[GROUP_MOVE8] = {[0] = {STORE_MOVE, FROM_IMMEDIATE8, false, false, 0}},
	[GROUP_MOVE] = {[0] = {STORE_MOVE, FROM_IMMEDIATE, false, false, 0}},
	[GROUP_BIT] = {[5] = {STORE_BIT_SET, FROM_BIT_IMMEDIATE, false, true, 0},
		       [6] = {STORE_BIT_RESET, FROM_BIT_IMMEDIATE, false, true, 0},
		       [7] = {STORE_BIT_COMPLEMENT, FROM_BIT_IMMEDIATE, false, true, 0}},
};

/* What is read of the instruction so far. */
struct decoder {
	const uint8_t *code;
	size_t nr_bytes, at;
	bool is_short; /* more bytes were asked for than there are */
	bool operand16, address32, lock, repeat;
	bool has_override; /* FS or GS */
	uint8_t rex, modrm;
	const uint64_t *segment_base; /* NULL: none, or not known */
	bool is_rip_relative;
};

static uint64_t take(struct decoder *d, unsigned int nr)
{
	uint64_t value = 0;

	if (nr > d->nr_bytes - d->at) {
		d->is_short = true;
		d->at = d->nr_bytes;
		return 0;
	}
	for (unsigned int i = 0; i < nr; i++)
		value |= (uint64_t)d->code[d->at + i] << (8 * i);
	d->at += nr;
	return value;
}

static uint64_t take_signed(struct decoder *d, unsigned int nr)
{
	return sign_extend(take(d, nr), nr);
}

/* False: not a prefix, and the byte is still to be read. */
static bool take_prefix(struct decoder *d, const struct store_segments *segments)
{
	if (d->at >= d->nr_bytes)
		return false;
	switch (d->code[d->at]) {
	case 0x66:
		d->operand16 = true;
		break;
	case 0x67:
		d->address32 = true;
		break;
	case 0xf0:
		d->lock = true;
		break;
	case 0xf2:
	case 0xf3:
		d->repeat = true;
		break;
	case 0x64:
		d->has_override = true;
		d->segment_base = segments ? &segments->fs_base : NULL;
		break;
	case 0x65:
		d->has_override = true;
		d->segment_base = segments ? &segments->gs_base : NULL;
		break;
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
		break;
	default:
		return false;
	}
	d->at++;
	return true;
}

static uint64_t take_sib_address(struct decoder *d, const struct registers *r, unsigned int mod)
{
	uint8_t sib = (uint8_t)take(d, 1);
	unsigned int index = (sib >> 3 & 7) | (d->rex & REX_X ? 8 : 0), base = sib & 7;
	uint64_t address = 0;

	if (index != NR_RSP)
		address = register_read(r, index) << (sib >> 6);
	if (base == 5 && mod == 0)
		return address + take_signed(d, 4);
	return address + register_read(r, base | (d->rex & REX_B ? 8 : 0));
}

/* The effective address; of RIP-relative ones the displacement, until the length is known. */
static uint64_t take_address(struct decoder *d, const struct registers *r)
{
	unsigned int mod = d->modrm >> 6, rm = d->modrm & 7;
	uint64_t address;

	if (rm == NR_RSP) {
		address = take_sib_address(d, r, mod);
	} else if (rm == 5 && mod == 0) {
		d->is_rip_relative = true;
		return take_signed(d, 4);
	} else {
		address = register_read(r, rm | (d->rex & REX_B ? 8 : 0));
	}
	if (mod == 1)
		address += take_signed(d, 1);
	else if (mod == 2)
		address += take_signed(d, 4);
	return address;
}

/* A register's bit number reaches memory beside the operand; an immediate's wraps within it. */
static void bit_locate(struct store *s, uint64_t number, bool is_register)
{
	unsigned int bits = 8u * s->bytes;
	int64_t offset = (int64_t)sign_extend(number, s->bytes);

	s->operand = number & (bits - 1);
	if (is_register)
		s->address += (uint64_t)((offset - (int64_t)s->operand) / 8);
}

static void take_operand(struct decoder *d, const struct registers *r, const struct row *row,
			 struct store *s)
{
	switch (row->source) {
	case FROM_REGISTER:
		s->operand = operand_read(r, s);
		break;
	case FROM_IMMEDIATE:
		s->operand = truncate(take_signed(d, MIN(s->bytes, 4)), s->bytes);
		break;
	case FROM_IMMEDIATE8:
		s->operand = truncate(take_signed(d, 1), s->bytes);
		break;
	case FROM_BIT_REGISTER:
		bit_locate(s, operand_read(r, s), true);
		break;
	case FROM_BIT_IMMEDIATE:
		bit_locate(s, take(d, 1), false);
		break;
	default:
		break;
	}
}

static int finish(const struct decoder *d, const struct registers *r, const struct row *row,
		  struct store *s)
{
	if (d->is_short)
		return d->nr_bytes >= INSTRUCTION_MAX_BYTES ? -EOPNOTSUPP : -ENODATA;
	if (d->lock && !row->may_lock)
		return -EOPNOTSUPP;
	if (d->has_override && !d->segment_base)
		return -EDOM;
	s->length_bytes = (uint8_t)d->at;
	if (d->is_rip_relative)
		s->address += r->rip + d->at;
	if (d->address32)
		s->address = (uint32_t)s->address;
	if (d->segment_base)
		s->address += *d->segment_base;
	return 0;
}

/* STOS has no ModRM, no override of its segment, and a direction that the flag must leave upwards. */
static int string_decode(struct decoder *d, const struct registers *r, const struct row *row,
			 struct store *s)
{
	if (r->rflags & 0x400)
		return -EOPNOTSUPP;
	s->repeats = d->repeat;
	s->narrow_count = d->address32;
	s->register_nr = 0;
	s->has_rex = true;
	s->operand = operand_read(r, s);
	s->address = register_read(r, NR_RDI);
	d->segment_base = NULL;
	d->has_override = false;
	/* No iteration at all stores nothing, so it can't be what trapped. */
	if (d->repeat && truncate(r->rcx, d->address32 ? 4 : 8) == 0)
		return -EOPNOTSUPP;
	return finish(d, r, row, s);
}

static const struct row *take_opcode(struct decoder *d)
{
	uint8_t byte;

	if (d->at < d->nr_bytes && (d->code[d->at] & 0xf0) == 0x40)
		d->rex = (uint8_t)take(d, 1);
	byte = (uint8_t)take(d, 1);
	if (byte == 0x0f)
		return &two_byte[(uint8_t)take(d, 1)];
	return &one_byte[byte];
}

int store_decode(const uint8_t *code, size_t nr_bytes, const struct registers *r,
		 const struct store_segments *segments, struct store *out)
{
	struct decoder d = {.code = code, .nr_bytes = MIN(nr_bytes, INSTRUCTION_MAX_BYTES)};
	const struct row *row;
	struct store s = {0};
	int rc;

	while (take_prefix(&d, segments))
		;
	row = take_opcode(&d);
	if (d.is_short)
		return d.nr_bytes >= INSTRUCTION_MAX_BYTES ? -EOPNOTSUPP : -ENODATA;
	if (row->kind == STORE_NONE && row->source != BY_GROUP)
		return -EOPNOTSUPP;
	s.bytes = row->is_byte ? 1 : d.rex & REX_W ? 8 : d.operand16 ? 2 : 4;
	s.has_rex = d.rex;
	if (row->source == FROM_ACCUMULATOR) {
		s.kind = STORE_STRING;
		rc = string_decode(&d, r, row, &s);
	} else {
		d.modrm = (uint8_t)take(&d, 1);
		if (!d.is_short && d.modrm >> 6 == 3)
			return -EOPNOTSUPP;
		if (row->source == BY_GROUP)
			row = &groups[row->group][d.modrm >> 3 & 7];
		if (!d.is_short && row->kind == STORE_NONE)
			return -EOPNOTSUPP;
		s.kind = (enum store_kind)row->kind;
		s.register_nr = (d.modrm >> 3 & 7) | (d.rex & REX_R ? 8 : 0);
		s.address = take_address(&d, r);
		take_operand(&d, r, row, &s);
		rc = finish(&d, r, row, &s);
	}
	if (rc == 0)
		*out = s;
	return rc;
}
