/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the decoders share: the state of one decompression and how it fails.
 *
 * Invariants: in <= in_end and base <= out <= out_end always; a decoder reads only below in_end and
 * writes only from base to out_end. What lies from base to out is decoded output and the window.
 */
#ifndef DECOMPRESS_DECODER_H
#define DECOMPRESS_DECODER_H

#include "hv/decompress.h"
#include "hv/errno.h"
#include "hv/string.h"
#include "hv/types.h"

struct decoder {
	const uint8_t *in;
	const uint8_t *in_end;
	uint8_t *base;
	uint8_t *out;
	uint8_t *out_end;
	void *work; /* DECOMPRESS_WORK_BYTES, aligned for any type */
	const char *error;
};

#define CHECK_WORK_SIZE(type) \
	_Static_assert(sizeof(type) <= DECOMPRESS_WORK_BYTES, #type " fits the work area")

static inline int decoder_fail(struct decoder *decoder, int rc, const char *error)
{
	decoder->error = error;
	return rc;
}

static inline int decoder_fail_corrupt(struct decoder *decoder, const char *error)
{
	return decoder_fail(decoder, -EINVAL, error);
}

static inline size_t decoder_left(const struct decoder *decoder)
{
	return (size_t)(decoder->in_end - decoder->in);
}

static inline size_t decoder_room(const struct decoder *decoder)
{
	return (size_t)(decoder->out_end - decoder->out);
}

static inline uint16_t read_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t read_le32(const uint8_t *p)
{
	uint32_t value;

	__builtin_memcpy(&value, p, sizeof(value));
	return value;
}

static inline uint64_t read_le64(const uint8_t *p)
{
	uint64_t value;

	__builtin_memcpy(&value, p, sizeof(value));
	return value;
}

/*
 * Repeats length bytes from distance behind out, which the caller has checked to be in the window
 * and to have room up to limit. Whole words may run up to seven bytes over length, never over limit.
 */
static always_inline uint8_t *copy_match(uint8_t *out, const uint8_t *limit, size_t distance,
					 size_t length)
{
	const uint8_t *from = out - distance;
	uint8_t *end = out + length;
	uint64_t word;

	if (likely(distance >= sizeof(word) && (size_t)(limit - out) >= length + sizeof(word))) {
		do {
			__builtin_memcpy(&word, from, sizeof(word));
			__builtin_memcpy(out, &word, sizeof(word));
			from += sizeof(word);
			out += sizeof(word);
		} while (out < end);
		return end;
	}
	while (out < end)
		*out++ = *from++;
	return end;
}

/* Each decodes one stream at in; 0, or an errno with error set. */
must_check int gzip_decode(struct decoder *decoder);
must_check int xz_decode(struct decoder *decoder);
must_check int zstd_decode(struct decoder *decoder);
must_check int lz4_decode(struct decoder *decoder);
must_check int lz4_decode_legacy(struct decoder *decoder);

/* The size that a stream states, as decompress_size. */
must_check int xz_read_size(struct decoder *decoder, uint64_t *size);
must_check int zstd_read_size(struct decoder *decoder, uint64_t *size);
must_check int lz4_read_size(struct decoder *decoder, uint64_t *size);

#endif /* DECOMPRESS_DECODER_H */
