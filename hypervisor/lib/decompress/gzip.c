/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The gzip container: one member. Source: RFC 1952. Members after the first are not looked at.
 */
#include "checksum.h"
#include "inflate.h"

#define HEADER_BYTES 10U
#define TRAILER_BYTES 8U
#define CM_DEFLATE 8U

#define FLAG_HEADER_CRC 0x02U
#define FLAG_EXTRA 0x04U
#define FLAG_NAME 0x08U
#define FLAG_COMMENT 0x10U
#define FLAG_RESERVED 0xe0U

struct gzip_work {
	struct crc32_tables crc32;
	struct inflate inflate;
};
CHECK_WORK_SIZE(struct gzip_work);

static bool skip_text(struct decoder *decoder)
{
	while (decoder->in < decoder->in_end)
		if (*decoder->in++ == 0)
			return true;
	return false;
}

static bool skip_extra(struct decoder *decoder)
{
	size_t bytes;

	if (decoder_left(decoder) < 2)
		return false;
	bytes = read_le16(decoder->in);
	decoder->in += 2;
	if (decoder_left(decoder) < bytes)
		return false;
	decoder->in += bytes;
	return true;
}

static int read_header(struct decoder *decoder, const struct crc32_tables *crc32)
{
	const uint8_t *start = decoder->in;
	uint8_t flags;
	uint32_t crc;

	if (decoder_left(decoder) < HEADER_BYTES)
		return decoder_fail_corrupt(decoder, "gzip: input ends in the header");
	if (start[0] != 0x1f || start[1] != 0x8b)
		return decoder_fail_corrupt(decoder, "gzip: no signature");
	flags = start[3];
	if (start[2] != CM_DEFLATE || (flags & FLAG_RESERVED))
		return decoder_fail(decoder, -EOPNOTSUPP, "gzip: unknown method or flags");
	decoder->in += HEADER_BYTES;
	if (((flags & FLAG_EXTRA) && !skip_extra(decoder)) ||
	    ((flags & FLAG_NAME) && !skip_text(decoder)) ||
	    ((flags & FLAG_COMMENT) && !skip_text(decoder)))
		return decoder_fail_corrupt(decoder, "gzip: input ends in the header");
	if (!(flags & FLAG_HEADER_CRC))
		return 0;
	crc = crc32_update(crc32, 0, start, (size_t)(decoder->in - start));
	if (decoder_left(decoder) < 2 || read_le16(decoder->in) != (crc & 0xffff))
		return decoder_fail_corrupt(decoder, "gzip: header CRC mismatch");
	decoder->in += 2;
	return 0;
}

int gzip_decode(struct decoder *decoder)
{
	struct gzip_work *work = decoder->work;
	const uint8_t *out = decoder->out;
	size_t out_bytes;
	int rc;

	crc32_init(&work->crc32);
	rc = read_header(decoder, &work->crc32);
	if (rc == 0)
		rc = inflate_decode(&work->inflate, decoder);
	if (rc)
		return rc;
	if (decoder_left(decoder) < TRAILER_BYTES)
		return decoder_fail_corrupt(decoder, "gzip: input ends in the trailer");
	out_bytes = (size_t)(decoder->out - out);
	if (read_le32(decoder->in) != crc32_update(&work->crc32, 0, out, out_bytes))
		return decoder_fail_corrupt(decoder, "gzip: data CRC mismatch");
	if (read_le32(decoder->in + 4) != (uint32_t)out_bytes)
		return decoder_fail_corrupt(decoder, "gzip: data size mismatch");
	decoder->in += TRAILER_BYTES;
	return 0;
}
