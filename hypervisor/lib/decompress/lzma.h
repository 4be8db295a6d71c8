/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LZMA symbols as LZMA2 carries them: probabilities, state and the decoding of one chunk.
 *
 * Source: the LZMA specification (public domain). LZMA2 limits lc + lp to 4.
 */
#ifndef DECOMPRESS_LZMA_H
#define DECOMPRESS_LZMA_H

#include "decoder.h"

#define LZMA_NR_STATES 12U
#define LZMA_NR_POSITIONS 16U
#define LZMA_LITERAL_CODER_PROBS 0x300U
#define LZMA_MAX_LITERAL_BITS 4U
/* More bytes than any one symbol can take from the range coder: one for each of its bits. */
#define LZMA_SYMBOL_BYTES 64U

struct lzma_length_probs {
	uint16_t choice;
	uint16_t choice2;
	uint16_t low[LZMA_NR_POSITIONS][8];
	uint16_t middle[LZMA_NR_POSITIONS][8];
	uint16_t high[256];
};

/* All are 11-bit probabilities that the bit is 0; one flat array as far as initialising goes. */
struct lzma_probs {
	uint16_t is_match[LZMA_NR_STATES][LZMA_NR_POSITIONS];
	uint16_t is_rep0_long[LZMA_NR_STATES][LZMA_NR_POSITIONS];
	uint16_t is_rep[LZMA_NR_STATES];
	uint16_t is_rep0[LZMA_NR_STATES];
	uint16_t is_rep1[LZMA_NR_STATES];
	uint16_t is_rep2[LZMA_NR_STATES];
	uint16_t distance_slot[4][64];
	uint16_t distance_special[115];
	uint16_t distance_align[16];
	struct lzma_length_probs match_length;
	struct lzma_length_probs rep_length;
	uint16_t literal[1U << LZMA_MAX_LITERAL_BITS][LZMA_LITERAL_CODER_PROBS];
};

struct lzma {
	struct lzma_probs probs;
	uint32_t rep[4]; /* last distances, less one */
	uint32_t state;
	uint32_t literal_context_bits;	/* lc */
	uint32_t literal_position_mask; /* of lp bits */
	uint32_t position_mask;		/* of pb bits */
	/* The end of a chunk, with zeros behind it for the range coder to overrun into. */
	uint8_t tail[2 * LZMA_SYMBOL_BYTES];
};

/* Sets lc, lp and pb from a properties byte; false when that is invalid in LZMA2. */
must_check bool lzma_set_properties(struct lzma *lzma, uint8_t properties);

void lzma_reset_state(struct lzma *lzma);

/*
 * Decodes one LZMA chunk, exactly in_bytes to exactly out_bytes, both checked by the caller to be in
 * the decoder's input and room. window is where the dictionary starts.
 */
must_check int lzma_decode_chunk(struct lzma *lzma, struct decoder *decoder, const uint8_t *window,
				 size_t in_bytes, size_t out_bytes);

#endif /* DECOMPRESS_LZMA_H */
