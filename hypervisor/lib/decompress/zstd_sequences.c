/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A block's sequences (RFC 8878, 3.1.1.3.2): so many literals, then a match, again and again.
 */
#include "zstd.h"

#define LONG_COUNT_BASE 0x7f00U
#define MODES_RESERVED 0x03U

enum mode { MODE_PREDEFINED, MODE_RLE, MODE_FSE, MODE_REPEAT };

/* How one part of a sequence is coded. A symbol's value is its base and so many bits more. */
struct part {
	unsigned int max_symbol;
	unsigned int max_log;
	unsigned int default_log;
	unsigned int nr_defaults;
	const int16_t *defaults;
};

static const int16_t literal_length_defaults[] = {4, 3, 2, 2, 2, 2, 2, 2, 2,  2,  2,  2,
						  2, 1, 1, 1, 2, 2, 2, 2, 2,  2,  2,  2,
						  2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1};
static const int16_t match_length_defaults[] = {
	1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,	 1,  1,	 1,  1,	 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
static const int16_t offset_defaults[] = {1, 1, 1, 1, 1, 1, 2, 2, 2, 1,	 1,  1,	 1,  1, 1,
					  1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};

static const struct part parts[ZSTD_NR_PARTS] = {
	[ZSTD_LITERAL_LENGTH] = {35, 9, 6, ARRAY_SIZE(literal_length_defaults),
				 literal_length_defaults},
	[ZSTD_OFFSET] = {31, 8, 5, ARRAY_SIZE(offset_defaults), offset_defaults},
	[ZSTD_MATCH_LENGTH] = {52, 9, 6, ARRAY_SIZE(match_length_defaults), match_length_defaults},
};

static const uint32_t literal_length_base[] = {
	0,  1,	2,  3,	4,  5,	6,  7,	8,   9,	  10,  11,   12,   13,	 14,   15,    16,    18,
	20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536};
static const uint8_t literal_length_bits[] = {0, 0, 0, 0, 0, 0,	 0,  0,	 0,  0,	 0,  0,
					      0, 0, 0, 0, 1, 1,	 1,  1,	 2,  2,	 3,  3,
					      4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint32_t match_length_base[] = {
	3,  4,	5,  6,	7,  8,	9,  10,	 11,  12,  13,	 14,   15,   16,   17,	  18,	 19,   20,
	21, 22, 23, 24, 25, 26, 27, 28,	 29,  30,  31,	 32,   33,   34,   35,	  37,	 39,   41,
	43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539};
static const uint8_t match_length_bits[] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,  0,	 0,  0,	 0,  0,	 0, 0,
	0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

struct sequence {
	size_t literals;
	size_t match;
	uint32_t offset;
};

static const char *read_table(struct zstd_fse *fse, const struct part *part, enum mode mode,
			      const uint8_t **in, const uint8_t *end)
{
	switch (mode) {
	case MODE_PREDEFINED:
		zstd_fse_build(fse, part->defaults, part->nr_defaults, part->default_log);
		return NULL;
	case MODE_RLE:
		if (*in >= end || **in > part->max_symbol)
			return "zstd: invalid symbol of a sequence";
		zstd_fse_build_single(fse, *(*in)++);
		return NULL;
	case MODE_FSE:
		return zstd_fse_read(fse, in, end, part->max_symbol, part->max_log);
	default:
		return fse->is_set ? NULL : "zstd: sequences repeat a table that was not given";
	}
}

static const char *read_tables(struct zstd_work *work, const uint8_t **in, const uint8_t *end)
{
	const char *wrong = NULL;
	uint8_t modes;

	if (*in >= end)
		return "zstd: input ends in a sequences header";
	modes = *(*in)++;
	if (modes & MODES_RESERVED)
		return "zstd: unknown mode of sequences";
	for (unsigned int i = 0; i < ZSTD_NR_PARTS && !wrong; i++)
		wrong = read_table(&work->parts[i], &parts[i],
				   (enum mode)(modes >> (6 - 2 * i) & 3), in, end);
	return wrong;
}

static const char *read_count(size_t *count, const uint8_t **in, const uint8_t *end)
{
	const uint8_t *p = *in;
	size_t bytes;

	if (p >= end)
		return "zstd: input ends in a sequences header";
	bytes = *p < 128 ? 1 : *p < 255 ? 2 : 3;
	if ((size_t)(end - p) < bytes)
		return "zstd: input ends in a sequences header";
	if (bytes == 1)
		*count = p[0];
	else if (bytes == 2)
		*count = ((size_t)p[0] - 128) << 8 | p[1];
	else
		*count = LONG_COUNT_BASE + read_le16(p + 1);
	*in += bytes;
	return NULL;
}

/* Turns an offset value into an offset and updates the last three; 0 is invalid. */
static always_inline uint32_t resolve_offset(uint32_t last[3], uint64_t value, bool no_literals)
{
	uint64_t offset, index;

	if (value > 3) {
		offset = value - 3;
		index = 2;
	} else {
		index = value - 1 + no_literals;
		offset = index < 3 ? last[index] : last[0] - 1;
	}
	if (index >= 2)
		last[2] = last[1];
	if (index >= 1)
		last[1] = last[0];
	last[0] = (uint32_t)offset;
	return (uint32_t)offset;
}

struct states {
	const struct zstd_fse_entry *entry[ZSTD_NR_PARTS];
};

static void open_states(struct states *states, const struct zstd_work *work, struct zstd_bits *bits)
{
	for (unsigned int i = 0; i < ZSTD_NR_PARTS; i++)
		states->entry[i] =
			&work->parts[i].entries[zstd_bits_take(bits, work->parts[i].log)];
}

static always_inline void step_state(struct states *states, const struct zstd_work *work,
				     struct zstd_bits *bits, enum zstd_sequence_part part)
{
	const struct zstd_fse_entry *entry = states->entry[part];

	states->entry[part] =
		&work->parts[part].entries[entry->baseline + zstd_bits_take(bits, entry->bits)];
}

static always_inline struct sequence take_sequence(const struct states *states,
						   struct zstd_work *work, struct zstd_bits *bits)
{
	unsigned int literal_code = states->entry[ZSTD_LITERAL_LENGTH]->symbol;
	unsigned int match_code = states->entry[ZSTD_MATCH_LENGTH]->symbol;
	unsigned int offset_code = states->entry[ZSTD_OFFSET]->symbol;
	struct sequence sequence;
	uint64_t value;

	value = (1ULL << offset_code) + zstd_bits_take(bits, offset_code);
	sequence.match = match_length_base[match_code] +
			 zstd_bits_take(bits, match_length_bits[match_code]);
	sequence.literals = literal_length_base[literal_code] +
			    zstd_bits_take(bits, literal_length_bits[literal_code]);
	sequence.offset = resolve_offset(work->offsets, value, sequence.literals == 0);
	return sequence;
}

/* What is left of the literals, and where the block may write up to. */
struct output {
	const uint8_t *literals;
	const uint8_t *literals_end;
	const uint8_t *limit;
	bool is_full;
};

static const char *copy_literals(struct output *output, struct decoder *decoder, size_t bytes)
{
	if (bytes > (size_t)(output->literals_end - output->literals))
		return "zstd: sequences take more literals than there are";
	if (bytes > (size_t)(output->limit - decoder->out)) {
		output->is_full = true;
		return "zstd: a block's output is too large";
	}
	if (bytes > 0)
		memcpy(decoder->out, output->literals, bytes);
	output->literals += bytes;
	decoder->out += bytes;
	return NULL;
}

static const char *carry_out(struct output *output, struct decoder *decoder,
			     const struct sequence *sequence, const uint8_t *window)
{
	const char *wrong = copy_literals(output, decoder, sequence->literals);

	if (wrong)
		return wrong;
	if (sequence->offset == 0 || sequence->offset > (size_t)(decoder->out - window))
		return "zstd: a match reaches before the start";
	if (sequence->match > (size_t)(output->limit - decoder->out)) {
		output->is_full = true;
		return "zstd: a block's output is too large";
	}
	decoder->out = copy_match(decoder->out, decoder->out_end, sequence->offset,
				  sequence->match);
	return NULL;
}

static const char *decode_all(struct zstd_work *work, struct decoder *decoder,
			      struct output *output, struct zstd_bits *bits, size_t count)
{
	struct sequence sequence;
	struct states states;
	const char *wrong;

	open_states(&states, work, bits);
	for (; count > 0; count--) {
		sequence = take_sequence(&states, work, bits);
		if (bits->left < 0)
			return "zstd: sequences run over their stream";
		wrong = carry_out(output, decoder, &sequence, work->frame);
		if (wrong)
			return wrong;
		if (count > 1) {
			step_state(&states, work, bits, ZSTD_LITERAL_LENGTH);
			step_state(&states, work, bits, ZSTD_MATCH_LENGTH);
			step_state(&states, work, bits, ZSTD_OFFSET);
		}
	}
	return bits->left == 0 ? NULL : "zstd: sequences do not end with their stream";
}

static const char *decode_sequences(struct zstd_work *work, struct decoder *decoder,
				    struct output *output, const uint8_t *in, const uint8_t *end)
{
	struct zstd_bits bits;
	const char *wrong;
	size_t count;

	wrong = read_count(&count, &in, end);
	if (wrong)
		return wrong;
	if (count == 0)
		return in == end ? NULL : "zstd: data behind a block without sequences";
	wrong = read_tables(work, &in, end);
	if (wrong)
		return wrong;
	if (!zstd_bits_open(&bits, in, (size_t)(end - in)))
		return "zstd: sequences without end mark";
	return decode_all(work, decoder, output, &bits, count);
}

const char *zstd_sequences_decode(struct zstd_work *work, struct decoder *decoder,
				  const uint8_t *in, const uint8_t *end, const uint8_t *limit,
				  bool *is_full)
{
	struct output output = {
		.literals = work->literals,
		.literals_end = work->literals + work->nr_literals,
		.limit = limit,
	};
	const char *wrong = decode_sequences(work, decoder, &output, in, end);

	if (!wrong)
		wrong = copy_literals(&output, decoder,
				      (size_t)(output.literals_end - output.literals));
	*is_full = output.is_full;
	return wrong;
}
