/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes libbuild's ways into the decoders of kernel payloads: nothing is written behind the room,
 * what is produced is finished piece by piece in order, and an error is a sentence. The first byte
 * chooses the packing, so that none has to be guessed, the second the room.
 */
#include <stdlib.h>
#include <string.h>

#include "libbuild/unpack.h"

#define MAX_INPUT 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const struct {
	size_t bytes;
	uint8_t at[6];
} magics[] = {
	{2, {0x1f, 0x8b}},
	{6, {0xfd, '7', 'z', 'X', 'Z', 0}},
	{3, {0x5d, 0, 0}},
	{4, {0x02, 0x21, 0x4c, 0x18}},
	{4, {0x28, 0xb5, 0x2f, 0xfd}},
	{4, {0x04, 0x22, 0x4d, 0x18}},
	{0, {0}},
};

static uint8_t *next_piece;

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check_piece(const struct unpack_output *out, uint8_t *piece, size_t bytes)
{
	require(out->at + out->produced == piece + bytes);
	require(piece == next_piece && bytes);
	next_piece += bytes;
}

static void run(const uint8_t *in, size_t bytes, size_t room)
{
	uint8_t *to = malloc(room);
	struct unpack_output out = {.at = to, .room = room, .finished = check_piece};
	struct reason why = {""};
	const struct unpack_format *format = unpack_find_format(in, bytes, &why);
	size_t stated;

	next_piece = to;
	if (!unpack_stated_bytes(in, bytes, &stated, &why))
		require(stated && stated <= UNPACK_LIMIT);
	why.text[0] = '\0';
	if (format && unpack_run(format, in, bytes, &out, &why))
		require(why.text[0]);
	require(out.produced <= room && next_piece == to + out.produced);
	free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static uint8_t in[MAX_INPUT];
	size_t magic, room;

	if (bytes < 2 || bytes > MAX_INPUT - 8)
		return 0;
	magic = data[0] % (sizeof(magics) / sizeof(magics[0]));
	room = 1 + data[1] * 8000UL;
	memcpy(in, magics[magic].at, magics[magic].bytes);
	memcpy(in + magics[magic].bytes, data + 2, bytes - 2);
	run(in, magics[magic].bytes + bytes - 2, room);
	return 0;
}
