/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The LZMA symbol decoder. A kernel of 60 MB goes through here bit by bit before anything else runs,
 * so all of a symbol is inlined into one loop over a local struct, and input is checked once a symbol:
 * the end of a chunk is moved to a buffer that a symbol may safely overrun.
 */
#include "lzma.h"

#define PROB_BITS 11U
#define PROB_INITIAL (1U << (PROB_BITS - 1))
#define MOVE_BITS 5U
#define RANGE_TOP (1U << 24)

#define MATCH_MIN_LENGTH 2U
#define DISTANCE_STATES 4U
#define FIRST_MODELLED_SLOT 4U
#define FIRST_UNMODELLED_SLOT 14U
#define ALIGN_BITS 4U

/* Every state below this was reached by a literal. */
#define FIRST_MATCH_STATE 7U

/* The hot state, in registers as far as they go. */
struct run {
	uint32_t range;
	uint32_t code;
	const uint8_t *in;
	uint8_t *out;
	uint32_t state;
	uint32_t rep0;
};

bool lzma_set_properties(struct lzma *lzma, uint8_t properties)
{
	unsigned int lc = properties % 9, lp = properties / 9 % 5, pb = properties / 45;

	if (pb > 4 || lc + lp > LZMA_MAX_LITERAL_BITS)
		return false;
	lzma->literal_context_bits = lc;
	lzma->literal_position_mask = (1U << lp) - 1;
	lzma->position_mask = (1U << pb) - 1;
	return true;
}

void lzma_reset_state(struct lzma *lzma)
{
	uint16_t *probs = (uint16_t *)(void *)&lzma->probs;

	for (size_t i = 0; i < sizeof(lzma->probs) / sizeof(*probs); i++)
		probs[i] = PROB_INITIAL;
	memset(lzma->rep, 0, sizeof(lzma->rep));
	lzma->state = 0;
}

static always_inline void normalize(struct run *run)
{
	if (run->range < RANGE_TOP) {
		run->range <<= 8;
		run->code = run->code << 8 | *run->in++;
	}
}

static always_inline bool take_bit(struct run *run, uint16_t *prob)
{
	uint32_t p = *prob, bound;

	normalize(run);
	bound = (run->range >> PROB_BITS) * p;
	if (run->code < bound) {
		run->range = bound;
		*prob = (uint16_t)(p + (((1U << PROB_BITS) - p) >> MOVE_BITS));
		return false;
	}
	run->range -= bound;
	run->code -= bound;
	*prob = (uint16_t)(p - (p >> MOVE_BITS));
	return true;
}

/* A symbol of the given number of bits, most significant first; the result has a leading one. */
static always_inline uint32_t take_tree(struct run *run, uint16_t *probs, unsigned int bits)
{
	uint32_t symbol = 1;

	for (unsigned int i = 0; i < bits; i++)
		symbol = symbol << 1 | take_bit(run, &probs[symbol]);
	return symbol;
}

static always_inline uint32_t take_tree_reversed(struct run *run, uint16_t *probs,
						 unsigned int bits)
{
	uint32_t node = 1, symbol = 0, bit;

	for (unsigned int i = 0; i < bits; i++) {
		bit = take_bit(run, &probs[node]);
		node = node << 1 | bit;
		symbol |= bit << i;
	}
	return symbol;
}

/* Bits of even odds: no model. */
static always_inline uint32_t take_direct(struct run *run, unsigned int bits)
{
	uint32_t value = 0, over;

	while (bits-- > 0) {
		normalize(run);
		run->range >>= 1;
		over = run->code >= run->range;
		run->code -= run->range & (0 - over);
		value = value << 1 | over;
	}
	return value;
}

static always_inline uint32_t take_length(struct run *run, struct lzma_length_probs *probs,
					  uint32_t position)
{
	if (!take_bit(run, &probs->choice))
		return MATCH_MIN_LENGTH + take_tree(run, probs->low[position], 3) - 8;
	if (!take_bit(run, &probs->choice2))
		return MATCH_MIN_LENGTH + 8 + take_tree(run, probs->middle[position], 3) - 8;
	return MATCH_MIN_LENGTH + 16 + take_tree(run, probs->high, 8) - 256;
}

static always_inline uint32_t take_distance(struct run *run, struct lzma_probs *probs,
					    uint32_t length)
{
	uint32_t lengths = MIN(length - MATCH_MIN_LENGTH, DISTANCE_STATES - 1);
	uint32_t slot = take_tree(run, probs->distance_slot[lengths], 6) - 64;
	unsigned int low_bits;
	uint32_t distance;

	if (slot < FIRST_MODELLED_SLOT)
		return slot;
	low_bits = (slot >> 1) - 1;
	distance = (2 | (slot & 1)) << low_bits;
	if (slot < FIRST_UNMODELLED_SLOT)
		return distance +
		       take_tree_reversed(run, &probs->distance_special[distance - slot], low_bits);
	distance += take_direct(run, low_bits - ALIGN_BITS) << ALIGN_BITS;
	return distance + take_tree_reversed(run, probs->distance_align, ALIGN_BITS);
}

/* A literal after a match differs from the byte that would have continued the match. */
static always_inline uint32_t take_literal_after_match(struct run *run, uint16_t *probs,
						       uint32_t match)
{
	uint32_t symbol = 1, offset = 0x100, match_bit, bit;

	while (symbol < 0x100) {
		match <<= 1;
		match_bit = match & offset;
		bit = take_bit(run, &probs[offset + match_bit + symbol]);
		symbol = symbol << 1 | bit;
		offset &= bit ? match_bit : ~match_bit;
	}
	return symbol;
}

static always_inline void decode_literal(struct run *run, struct lzma *lzma, size_t position)
{
	uint32_t before = position > 0 ? run->out[-1] : 0;
	uint32_t context = (((uint32_t)position & lzma->literal_position_mask)
			    << lzma->literal_context_bits) +
			   (before >> (8 - lzma->literal_context_bits));
	uint16_t *probs = lzma->probs.literal[context];
	uint32_t symbol;

	if (run->state < FIRST_MATCH_STATE)
		symbol = take_tree(run, probs, 8);
	else
		symbol = take_literal_after_match(run, probs, run->out[-(ptrdiff_t)run->rep0 - 1]);
	*run->out++ = (uint8_t)symbol;
	if (run->state < 4)
		run->state = 0;
	else
		run->state -= run->state < 10 ? 3 : 6;
}

/* A new match: its length, with the distance in rep0. */
static always_inline uint32_t decode_match(struct run *run, struct lzma *lzma, uint32_t position)
{
	uint32_t length = take_length(run, &lzma->probs.match_length, position);

	lzma->rep[3] = lzma->rep[2];
	lzma->rep[2] = lzma->rep[1];
	lzma->rep[1] = run->rep0;
	run->rep0 = take_distance(run, &lzma->probs, length);
	run->state = run->state < FIRST_MATCH_STATE ? 7 : 10;
	return length;
}

/* Brings a distance of the history to the front. */
static always_inline void choose_rep(struct run *run, struct lzma *lzma)
{
	uint32_t distance = lzma->rep[1];

	if (take_bit(run, &lzma->probs.is_rep1[run->state])) {
		distance = lzma->rep[2];
		if (take_bit(run, &lzma->probs.is_rep2[run->state])) {
			distance = lzma->rep[3];
			lzma->rep[3] = lzma->rep[2];
		}
		lzma->rep[2] = lzma->rep[1];
	}
	lzma->rep[1] = run->rep0;
	run->rep0 = distance;
}

/* A match at an earlier distance: its length, 1 for the short form. */
static always_inline uint32_t decode_rep(struct run *run, struct lzma *lzma, uint32_t position)
{
	uint32_t state = run->state, length;

	if (!take_bit(run, &lzma->probs.is_rep0[state])) {
		if (!take_bit(run, &lzma->probs.is_rep0_long[state][position])) {
			run->state = state < FIRST_MATCH_STATE ? 9 : 11;
			return 1;
		}
	} else {
		choose_rep(run, lzma);
	}
	length = take_length(run, &lzma->probs.rep_length, position);
	run->state = state < FIRST_MATCH_STATE ? 8 : 11;
	return length;
}

/*
 * Decodes symbols until out reaches out_end or in passes in_soft_end. limit is the end of the whole
 * buffer, up to where a match copy may run over. NULL or what is wrong.
 */
static const char *decode_symbols(struct run *state, struct lzma *lzma, const uint8_t *window,
				  const uint8_t *in_soft_end, const uint8_t *out_end,
				  const uint8_t *limit)
{
	uint32_t position_mask = lzma->position_mask, position, length;
	struct run run = *state;
	const char *wrong = NULL;
	size_t done;

	while (run.out < out_end && run.in <= in_soft_end) {
		done = (size_t)(run.out - window);
		position = (uint32_t)done & position_mask;
		if (!take_bit(&run, &lzma->probs.is_match[run.state][position])) {
			decode_literal(&run, lzma, done);
			continue;
		}
		if (!take_bit(&run, &lzma->probs.is_rep[run.state]))
			length = decode_match(&run, lzma, position);
		else
			length = decode_rep(&run, lzma, position);
		if (unlikely(run.rep0 >= done)) {
			wrong = "LZMA: a match reaches before the start";
			break;
		}
		if (unlikely(length > (size_t)(out_end - run.out))) {
			wrong = "LZMA: a match reaches over the end of its chunk";
			break;
		}
		run.out = copy_match(run.out, limit, (size_t)run.rep0 + 1, length);
	}
	*state = run;
	return wrong;
}

/* Decodes the last symbols of a chunk from the tail buffer. */
static const char *decode_tail(struct run *run, struct lzma *lzma, const uint8_t *window,
			       const uint8_t *in_end, const uint8_t *out_end, const uint8_t *limit)
{
	size_t left = (size_t)(in_end - run->in);
	const char *wrong;

	memset(lzma->tail, 0, sizeof(lzma->tail));
	memcpy(lzma->tail, run->in, left);
	run->in = lzma->tail;
	wrong = decode_symbols(run, lzma, window, lzma->tail + left, out_end, limit);
	if (wrong)
		return wrong;
	/* The range coder's last shift may be due. */
	if (run->in < lzma->tail + sizeof(lzma->tail))
		normalize(run);
	if (run->out != out_end || run->in > lzma->tail + left)
		return "LZMA: a chunk's input ends too early";
	if (run->in != lzma->tail + left || run->code != 0)
		return "LZMA: a chunk's input does not end with its output";
	return NULL;
}

static const char *decode_chunk(struct lzma *lzma, struct run *run, const uint8_t *window,
				const uint8_t *in_end, const uint8_t *out_end, const uint8_t *limit)
{
	const char *wrong;

	/* A literal after a match looks back by rep0, which is only known to fit the window when
	 * the match was in this same dictionary. */
	if (run->state >= FIRST_MATCH_STATE && run->rep0 >= (size_t)(run->out - window))
		return "LZMA: a match reaches before the start";
	if ((size_t)(in_end - run->in) > LZMA_SYMBOL_BYTES) {
		wrong = decode_symbols(run, lzma, window, in_end - LZMA_SYMBOL_BYTES, out_end,
				       limit);
		if (wrong)
			return wrong;
	}
	if ((size_t)(in_end - run->in) > LZMA_SYMBOL_BYTES)
		return "LZMA: a chunk's input does not end with its output";
	return decode_tail(run, lzma, window, in_end, out_end, limit);
}

int lzma_decode_chunk(struct lzma *lzma, struct decoder *decoder, const uint8_t *window,
		      size_t in_bytes, size_t out_bytes)
{
	const uint8_t *in_end = decoder->in + in_bytes;
	const uint8_t *out_end = decoder->out + out_bytes;
	struct run run = {
		.range = UINT32_MAX,
		.in = decoder->in + 5,
		.out = decoder->out,
		.state = lzma->state,
		.rep0 = lzma->rep[0],
	};
	const char *wrong;

	if (in_bytes < 5 || decoder->in[0] != 0)
		return decoder_fail_corrupt(decoder, "LZMA: a chunk does not start with zero");
	run.code = __builtin_bswap32(read_le32(decoder->in + 1));
	wrong = decode_chunk(lzma, &run, window, in_end, out_end, decoder->out_end);
	if (wrong)
		return decoder_fail_corrupt(decoder, wrong);
	lzma->state = run.state;
	lzma->rep[0] = run.rep0;
	decoder->in = in_end;
	decoder->out += out_bytes;
	return 0;
}
