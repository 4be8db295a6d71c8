/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of formats, and those that a library reads in one call.
 */
#include "libbuild/unpack.h"

#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

/* A dictionary larger than this no kernel's build asks for. */
#define LZMA_MEMORY_LIMIT (256UL << 20)

#define STEP_BYTES (1UL << 20)

struct unpack_format {
	const char *name;
	unsigned int magic_bytes;
	uint8_t magic[6];
	/* NULL: known, but not read */
	int (*unpack)(const uint8_t *in, size_t bytes, struct unpack_output *out,
		      struct reason *why);
};

/* Where the next piece goes. Once all room is taken, one byte more tells whether the stream just has
 * to end, or would go on. */
struct piece {
	uint8_t *at;
	size_t room;
	uint8_t spill;
};

static int unpack_too_large(struct reason *why, size_t room)
{
	return reason_set(why, "its payload unpacks to more than the %zu bytes that it may", room);
}

static int unpack_corrupt(struct reason *why, const char *format)
{
	return reason_set(why, "its %s payload is corrupt or cut off", format);
}

void unpack_advance(struct unpack_output *out, size_t bytes)
{
	uint8_t *piece = out->at + out->produced;

	out->produced += bytes;
	if (out->finished && bytes)
		out->finished(out, piece, bytes);
}

static void piece_begin(struct piece *piece, const struct unpack_output *out)
{
	size_t left = out->room - out->produced;

	piece->at = left ? out->at + out->produced : &piece->spill;
	piece->room = left > STEP_BYTES ? STEP_BYTES : left ? left : 1;
}

/* -1: the stream wrote where there is no more room. */
static int piece_end(const struct piece *piece, struct unpack_output *out, size_t written)
{
	if (piece->at == &piece->spill)
		return written ? -1 : 0;
	unpack_advance(out, written);
	return 0;
}

static void unpack_consume(const struct unpack_output *out, const uint8_t *from, const uint8_t *to)
{
	if (out->consumed && to > from)
		out->consumed(from, (size_t)(to - from));
}

static int gzip_inflate(z_stream *stream, struct unpack_output *out, struct reason *why)
{
	const uint8_t *from;
	struct piece piece;
	int rc;

	do {
		piece_begin(&piece, out);
		stream->next_out = piece.at;
		stream->avail_out = (uInt)piece.room;
		from = stream->next_in;
		rc = inflate(stream, Z_NO_FLUSH);
		unpack_consume(out, from, stream->next_in);
		if (piece_end(&piece, out, piece.room - stream->avail_out))
			return unpack_too_large(why, out->room);
	} while (rc == Z_OK);
	return rc == Z_STREAM_END ? 0 : unpack_corrupt(why, "gzip");
}

static int unpack_gzip(const uint8_t *in, size_t bytes, struct unpack_output *out,
		       struct reason *why)
{
	z_stream stream = {.next_in = (Bytef *)in, .avail_in = (uInt)bytes};
	int rc;

	/* 16: a gzip header, and its checksum at the end */
	if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return reason_set(why, "there is no memory to unpack it");
	rc = gzip_inflate(&stream, out, why);
	inflateEnd(&stream);
	return rc;
}

static int lzma_refuse(lzma_ret rc, const char *name, struct reason *why)
{
	if (rc == LZMA_MEMLIMIT_ERROR || rc == LZMA_MEM_ERROR)
		return reason_set(why, "its %s payload needs more than %lu MiB to be unpacked",
				  name, LZMA_MEMORY_LIMIT >> 20);
	return unpack_corrupt(why, name);
}

/* What follows the stream is left alone: the build appends the unpacked size. */
static int lzma_run(lzma_stream *stream, const char *name, struct unpack_output *out,
		    struct reason *why)
{
	const uint8_t *from;
	struct piece piece;
	lzma_ret rc;

	do {
		piece_begin(&piece, out);
		stream->next_out = piece.at;
		stream->avail_out = piece.room;
		from = stream->next_in;
		rc = lzma_code(stream, LZMA_FINISH);
		unpack_consume(out, from, stream->next_in);
		if (piece_end(&piece, out, piece.room - stream->avail_out))
			return unpack_too_large(why, out->room);
	} while (rc == LZMA_OK);
	return rc == LZMA_STREAM_END ? 0 : lzma_refuse(rc, name, why);
}

static int unpack_xz(const uint8_t *in, size_t bytes, struct unpack_output *out, struct reason *why)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	int rc;

	if (lzma_stream_decoder(&stream, LZMA_MEMORY_LIMIT, 0) != LZMA_OK)
		return reason_set(why, "there is no memory to unpack it");
	stream.next_in = in;
	stream.avail_in = bytes;
	rc = lzma_run(&stream, "xz", out, why);
	lzma_end(&stream);
	return rc;
}

static int unpack_lzma(const uint8_t *in, size_t bytes, struct unpack_output *out,
		       struct reason *why)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	int rc;

	if (lzma_alone_decoder(&stream, LZMA_MEMORY_LIMIT) != LZMA_OK)
		return reason_set(why, "there is no memory to unpack it");
	stream.next_in = in;
	stream.avail_in = bytes;
	rc = lzma_run(&stream, "lzma", out, why);
	lzma_end(&stream);
	return rc;
}

/* In one call: a stream would take a window of memory, up to 128 MiB, beside the output. */
static int unpack_zstd(const uint8_t *in, size_t bytes, struct unpack_output *out,
		       struct reason *why)
{
	size_t frame = ZSTD_findFrameCompressedSize(in, bytes);
	size_t got;

	if (ZSTD_isError(frame))
		return unpack_corrupt(why, "zstd");
	got = ZSTD_decompress(out->at, out->room, in, frame);
	if (ZSTD_isError(got))
		return ZSTD_getErrorCode(got) == ZSTD_error_dstSize_tooSmall
			       ? unpack_too_large(why, out->room)
			       : unpack_corrupt(why, "zstd");
	unpack_advance(out, got);
	return 0;
}

static const struct unpack_format formats[] = {
	{"gzip", 2, {0x1f, 0x8b}, unpack_gzip},
	{"xz", 6, {0xfd, '7', 'z', 'X', 'Z', 0}, unpack_xz},
	{"lzma", 3, {0x5d, 0, 0}, unpack_lzma},
	{"lz4", 4, {0x02, 0x21, 0x4c, 0x18}, unpack_lz4},
	{"lz4", 4, {0x04, 0x22, 0x4d, 0x18}, unpack_lz4_frame},
	{"zstd", 4, {0x28, 0xb5, 0x2f, 0xfd}, unpack_zstd},
	{"bzip2", 3, {'B', 'Z', 'h'}, NULL},
	{"lzo", 4, {0x89, 'L', 'Z', 'O'}, NULL},
};

const struct unpack_format *unpack_find_format(const uint8_t *in, size_t bytes, struct reason *why)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const struct unpack_format *format = &formats[i];

		if (bytes < format->magic_bytes || memcmp(in, format->magic, format->magic_bytes))
			continue;
		if (format->unpack)
			return format;
		reason_set(why,
			   "its payload is packed with %s; gzip, xz, lzma, lz4 and zstd are read",
			   format->name);
		return NULL;
	}
	reason_set(why, "its payload is packed in a way that is not known");
	return NULL;
}

bool unpack_states_bytes(const struct unpack_format *format)
{
	return format->unpack == unpack_gzip;
}

int unpack_stated_bytes(const uint8_t *in, size_t bytes, size_t *stated, struct reason *why)
{
	const uint8_t *end = in + bytes;

	if (bytes < 4)
		return reason_set(why, "its payload of %zu bytes is cut off", bytes);
	*stated = end[-4] | (size_t)end[-3] << 8 | (size_t)end[-2] << 16 | (size_t)end[-1] << 24;
	if (*stated > UNPACK_LIMIT)
		return reason_set(why, "it says that it unpacks to %zu MiB; %lu MiB is the limit",
				  *stated >> 20, UNPACK_LIMIT >> 20);
	if (!*stated)
		return reason_set(why, "it says that it unpacks to nothing");
	return 0;
}

int unpack_run(const struct unpack_format *format, const uint8_t *in, size_t bytes,
	       struct unpack_output *out, struct reason *why)
{
	out->produced = 0;
	return format->unpack(in, bytes, out, why);
}
