/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decompression of kernel and ram-disk images: gzip, xz, zstd, LZ4 frames and LZ4's legacy frames.
 *
 * Written from the specifications (RFC 1951, RFC 1952, .xz 1.1.0, RFC 8878, LZ4 frame format). One
 * call decodes all of the stream into one flat buffer, which is also the window. No allocation: the
 * caller lends a work area. Input is untrusted: whatever it holds, nothing outside dst and work is
 * written, and an error says what is wrong. Bytes after the stream's end are ignored, since Linux
 * appends its size there.
 */
#ifndef HV_DECOMPRESS_H
#define HV_DECOMPRESS_H

#include "hv/types.h"

enum decompress_format {
	DECOMPRESS_NONE, /* not compressed, or not in a known format */
	DECOMPRESS_GZIP,
	DECOMPRESS_XZ,
	DECOMPRESS_ZSTD,
	DECOMPRESS_LZ4,
	DECOMPRESS_LZ4_LEGACY,
	/* Known by their first bytes, but not decoded. */
	DECOMPRESS_BZIP2,
	DECOMPRESS_LZMA,
	DECOMPRESS_LZOP,
};

#define DECOMPRESS_WORK_BYTES (192U * 1024U)

/* Scratch memory of one decompression: no meaning before or after. */
struct decompress_work {
	uint64_t words[DECOMPRESS_WORK_BYTES / sizeof(uint64_t)];
};

/* The enum decompress_format of what starts at src. */
int decompress_find_format(const void *src, size_t src_bytes);

/* A format's name for messages: "xz". */
const char *decompress_name(int format);

/*
 * The decompressed size where the stream itself states it, which is a claim and not to be trusted:
 * xz: from the index, zstd and LZ4: from the frame header. -ENOENT: not stated (gzip, legacy LZ4;
 * use bzimage_read's size there); -EINVAL: not decodable.
 */
must_check int decompress_size(const void *src, size_t src_bytes, uint64_t *size);

/*
 * Decodes src into dst and sets *out_bytes to the number of bytes made. dst and src must not overlap.
 * On an error dst holds no promise, *out_bytes is unset and *error is a constant text.
 * -EINVAL: corrupt; -EOPNOTSUPP: a format or option that we have no decoder for; -ENOSPC: dst too small.
 */
must_check int decompress(const void *src, size_t src_bytes, void *dst, size_t dst_bytes,
			  size_t *out_bytes, struct decompress_work *work, const char **error);

#endif /* HV_DECOMPRESS_H */
