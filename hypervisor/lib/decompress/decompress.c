/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry to the decoders: finds the format by its first bytes and calls its row.
 */
#include "decoder.h"

#define MAX_MAGIC_BYTES 9U

struct format {
	const char *name;
	uint8_t magic[MAX_MAGIC_BYTES];
	uint8_t magic_bytes;
	int (*decode)(struct decoder *decoder);
	int (*read_size)(struct decoder *decoder, uint64_t *size);
};

static const struct format formats[] = {
	[DECOMPRESS_NONE] = {"none", {0}, 0, NULL, NULL},
	[DECOMPRESS_GZIP] = {"gzip", {0x1f, 0x8b}, 2, gzip_decode, NULL},
	[DECOMPRESS_XZ] = {"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6, xz_decode, xz_read_size},
	[DECOMPRESS_ZSTD] = {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_decode, zstd_read_size},
	[DECOMPRESS_LZ4] = {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4, lz4_decode, lz4_read_size},
	[DECOMPRESS_LZ4_LEGACY] =
		{"lz4 (legacy)", {0x02, 0x21, 0x4c, 0x18}, 4, lz4_decode_legacy, NULL},
	[DECOMPRESS_BZIP2] = {"bzip2", {'B', 'Z', 'h'}, 3, NULL, NULL},
	[DECOMPRESS_LZMA] = {"lzma", {0x5d, 0, 0}, 3, NULL, NULL},
	[DECOMPRESS_LZOP] =
		{"lzop", {0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'}, 9, NULL, NULL},
};

int decompress_find_format(const void *src, size_t src_bytes)
{
	for (unsigned int i = DECOMPRESS_NONE + 1; i < ARRAY_SIZE(formats); i++)
		if (src_bytes >= formats[i].magic_bytes &&
		    memcmp(src, formats[i].magic, formats[i].magic_bytes) == 0)
			return (int)i;
	return DECOMPRESS_NONE;
}

const char *decompress_name(int format)
{
	if (format < 0 || (size_t)format >= ARRAY_SIZE(formats))
		return "unknown";
	return formats[format].name;
}

int decompress_size(const void *src, size_t src_bytes, uint64_t *size)
{
	const struct format *format = &formats[decompress_find_format(src, src_bytes)];
	struct decoder decoder = {.in = src, .in_end = (const uint8_t *)src + src_bytes};

	if (!format->decode)
		return -EINVAL;
	if (!format->read_size)
		return -ENOENT;
	return format->read_size(&decoder, size);
}

int decompress(const void *src, size_t src_bytes, void *dst, size_t dst_bytes, size_t *out_bytes,
	       struct decompress_work *work, const char **error)
{
	const struct format *format = &formats[decompress_find_format(src, src_bytes)];
	struct decoder decoder = {
		.in = src,
		.in_end = (const uint8_t *)src + src_bytes,
		.base = dst,
		.out = dst,
		.out_end = (uint8_t *)dst + dst_bytes,
		.work = work,
	};
	int rc;

	if (!format->decode) {
		*error = format == formats ? "not compressed in a known format"
					   : "compressed in a format that is not decoded";
		return -EOPNOTSUPP;
	}
	rc = format->decode(&decoder);
	if (rc) {
		*error = decoder.error;
		return rc;
	}
	*out_bytes = (size_t)(decoder.out - decoder.base);
	return 0;
}
