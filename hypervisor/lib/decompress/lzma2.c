/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LZMA2 chunks. The dictionary is the output since the last dictionary reset.
 */
#include "lzma2.h"

/* Control bytes. In an LZMA chunk bits 5 and 6 say what to reset, and the low bits belong to the
 * size of its output. */
#define CONTROL_END 0x00U
#define CONTROL_STORED_RESET 0x01U
#define CONTROL_STORED 0x02U
#define CONTROL_LZMA 0x80U
#define RESET_SHIFT 5U
#define SIZE_HIGH_MASK 0x1fU

enum reset { RESET_NOTHING, RESET_STATE, RESET_PROPERTIES, RESET_ALL };

struct chunks {
	const uint8_t *window; /* NULL before the first dictionary reset */
	bool has_properties;
};

static int copy_stored(struct decoder *decoder)
{
	size_t bytes;

	if (decoder_left(decoder) < 2)
		return decoder_fail_corrupt(decoder, "LZMA2: input ends in a chunk header");
	bytes = (size_t)(decoder->in[0] << 8 | decoder->in[1]) + 1;
	decoder->in += 2;
	if (decoder_left(decoder) < bytes)
		return decoder_fail_corrupt(decoder, "LZMA2: input ends in a chunk");
	if (decoder_room(decoder) < bytes)
		return decoder_fail(decoder, -ENOSPC, "LZMA2: more output than room");
	memcpy(decoder->out, decoder->in, bytes);
	decoder->in += bytes;
	decoder->out += bytes;
	return 0;
}

static int decode_stored(struct chunks *chunks, struct decoder *decoder, uint8_t control)
{
	if (control > CONTROL_STORED)
		return decoder_fail_corrupt(decoder, "LZMA2: invalid control byte");
	if (control == CONTROL_STORED_RESET) {
		chunks->window = decoder->out;
		chunks->has_properties = false;
	} else if (!chunks->window) {
		return decoder_fail_corrupt(decoder, "LZMA2: no dictionary reset at the start");
	}
	return copy_stored(decoder);
}

/* Carries out what an LZMA chunk resets; in is at its properties byte, if it has one. */
static int reset_lzma(struct chunks *chunks, struct lzma *lzma, struct decoder *decoder,
		      enum reset reset)
{
	if (reset == RESET_ALL)
		chunks->window = decoder->out;
	if (!chunks->window)
		return decoder_fail_corrupt(decoder, "LZMA2: no dictionary reset at the start");
	if (reset >= RESET_PROPERTIES) {
		if (decoder_left(decoder) < 1)
			return decoder_fail_corrupt(decoder, "LZMA2: input ends in a chunk header");
		if (!lzma_set_properties(lzma, *decoder->in++))
			return decoder_fail_corrupt(decoder, "LZMA2: invalid properties");
		chunks->has_properties = true;
	} else if (!chunks->has_properties) {
		return decoder_fail_corrupt(decoder, "LZMA2: no properties before the first chunk");
	}
	if (reset != RESET_NOTHING)
		lzma_reset_state(lzma);
	return 0;
}

static int decode_lzma(struct chunks *chunks, struct lzma *lzma, struct decoder *decoder,
		       uint8_t control)
{
	const uint8_t *in = decoder->in;
	size_t in_bytes, out_bytes;
	int rc;

	if (decoder_left(decoder) < 4)
		return decoder_fail_corrupt(decoder, "LZMA2: input ends in a chunk header");
	out_bytes = ((size_t)(control & SIZE_HIGH_MASK) << 16 | in[0] << 8 | in[1]) + 1;
	in_bytes = (size_t)(in[2] << 8 | in[3]) + 1;
	decoder->in += 4;
	rc = reset_lzma(chunks, lzma, decoder, (enum reset)(control >> RESET_SHIFT & 3));
	if (rc)
		return rc;
	if (decoder_left(decoder) < in_bytes)
		return decoder_fail_corrupt(decoder, "LZMA2: input ends in a chunk");
	if (decoder_room(decoder) < out_bytes)
		return decoder_fail(decoder, -ENOSPC, "LZMA2: more output than room");
	return lzma_decode_chunk(lzma, decoder, chunks->window, in_bytes, out_bytes);
}

int lzma2_decode(struct lzma *lzma, struct decoder *decoder)
{
	struct chunks chunks = {.window = NULL};
	uint8_t control;
	int rc = 0;

	while (rc == 0) {
		if (decoder_left(decoder) < 1)
			return decoder_fail_corrupt(decoder,
						    "LZMA2: input ends without end marker");
		control = *decoder->in++;
		if (control == CONTROL_END)
			return 0;
		if (control >= CONTROL_LZMA)
			rc = decode_lzma(&chunks, lzma, decoder, control);
		else
			rc = decode_stored(&chunks, decoder, control);
	}
	return rc;
}
