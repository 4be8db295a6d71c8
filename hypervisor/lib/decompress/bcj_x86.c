/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The x86 branch filter of .xz (filter 0x04), decoding side: the encoder made the 32-bit displacement
 * behind each CALL (E8) and JMP (E9) an absolute address, and this undoes it in place.
 *
 * An operand counts as an address when its top byte is 00 or FF. Opcode bytes also occur inside
 * operands, so what precedes counts: of the three positions before, at most one may hold an opcode
 * that was left alone, and none whose own top byte looked like an address.
 */
#include "xz.h"

#define OPERAND_BYTES 5U /* with the opcode */

/* Opcodes left alone shortly before: bit 0 one byte back, up to bit 2. */
struct history {
	uint32_t opcodes;
	uint32_t addresses; /* those whose top byte looked like an address */
};

static always_inline bool is_address_byte(uint32_t byte)
{
	return (uint8_t)(byte + 1) <= 1;
}

/* How far back the single opcode in the history is: 1 to 3, or 0. */
static unsigned int find_opcode_distance(uint32_t opcodes)
{
	return opcodes == 4 ? 3 : opcodes;
}

static bool is_convertible(const struct history *history, uint32_t operand)
{
	bool at_most_one = (history->opcodes & (history->opcodes - 1)) == 0;

	return is_address_byte(operand >> 24) && history->addresses == 0 && at_most_one;
}

/*
 * The displacement of an absolute operand, given the address behind the instruction. When an opcode
 * that was left alone has its top byte inside this operand, that byte must still not look like an
 * address in the result, or the encoder would have taken the two apart otherwise: for that case it
 * complements the bits up to that byte, and so do we. Once is enough, since the byte then becomes
 * the complement of one that did not look like an address.
 */
static uint32_t convert(uint32_t operand, uint32_t next, uint32_t opcodes)
{
	unsigned int distance = find_opcode_distance(opcodes);
	uint32_t result = operand - next;

	if (distance > 0 && is_address_byte(result >> (24 - 8 * distance)))
		result = (result ^ ((1U << (32 - 8 * distance)) - 1)) - next;
	/* The top byte is the sign extension of the 25 bits that are an address. */
	return result & (1U << 24) ? result | 0xff000000U : result & 0x00ffffffU;
}

/* Adds the opcode at hand, as seen from the given number of bytes on. */
static void remember(struct history *history, uint32_t operand, size_t bytes)
{
	uint32_t address = is_address_byte(operand >> 24);

	history->opcodes = bytes > 3 ? 0 : (history->opcodes << 1 | 1) << (bytes - 1) & 7;
	history->addresses = bytes > 3 ? 0 : (history->addresses << 1 | address) << (bytes - 1) & 7;
}

/* The first E8 or E9 at or after i; end when there is none. */
static size_t find_opcode(const uint8_t *data, size_t i, size_t end)
{
	while (i < end && (data[i] & 0xfe) != 0xe8)
		i++;
	return i;
}

void bcj_x86_decode(uint8_t *data, size_t bytes, uint32_t start)
{
	struct history history = {0};
	uint32_t operand;
	size_t end, i, next;

	if (bytes < OPERAND_BYTES)
		return;
	end = bytes - OPERAND_BYTES + 1;
	i = find_opcode(data, 0, end);
	while (i < end) {
		operand = read_le32(data + i + 1);
		if (is_convertible(&history, operand)) {
			operand = convert(operand, start + (uint32_t)i + OPERAND_BYTES,
					  history.opcodes);
			__builtin_memcpy(data + i + 1, &operand, sizeof(operand));
			history = (struct history){0};
			i = find_opcode(data, i + OPERAND_BYTES, end);
			continue;
		}
		next = find_opcode(data, i + 1, end);
		remember(&history, operand, next - i);
		i = next;
	}
}
