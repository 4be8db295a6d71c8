/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes hv/decompress.h. The first byte of an input chooses what the rest is fed to: the whole, the
 * whole with the CRCs of the first .xz headers put right, or a decoder below its container, since a
 * checksum would turn nearly all inputs away. The second chooses how large the output buffer is.
 */
#include <stdlib.h>
#include <string.h>

#include "../../../hypervisor/lib/decompress/inflate.h"
#include "../../../hypervisor/lib/decompress/xz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

enum target {
	TARGET_WHOLE,
	TARGET_REPAIRED_XZ,
	TARGET_LZMA2,
	TARGET_INFLATE,
	TARGET_BCJ,
	NR_TARGETS
};

static struct decompress_work work;

static void repair_crc(uint8_t *start, size_t covered, uint8_t *crc)
{
	static struct crc32_tables tables;
	uint32_t value;

	crc32_init(&tables);
	value = crc32_update(&tables, 0, start, covered);
	memcpy(crc, &value, sizeof(value));
}

static void repair_xz(uint8_t *data, size_t bytes)
{
	size_t header;

	if (bytes < 12)
		return;
	repair_crc(data + 6, 2, data + 8);
	header = bytes > 12 ? ((size_t)data[12] + 1) * 4 : 0;
	if (header >= 8 && bytes >= 12 + header)
		repair_crc(data + 12, header - 4, data + 12 + header - 4);
}

static void run_whole(uint8_t *in, size_t bytes, uint8_t *out, size_t out_bytes)
{
	const char *error = NULL;
	size_t made = 0;
	uint64_t size;
	int rc;

	(void)!decompress_size(in, bytes, &size);
	rc = decompress(in, bytes, out, out_bytes, &made, &work, &error);
	if ((rc == 0 && made > out_bytes) || (rc != 0 && !error))
		abort();
}

static void run_inner(enum target target, uint8_t *in, size_t bytes, uint8_t *out, size_t out_bytes)
{
	struct decoder decoder = {
		.in = in,
		.in_end = in + bytes,
		.base = out,
		.out = out,
		.out_end = out + out_bytes,
		.work = &work,
	};
	int rc;

	if (target == TARGET_LZMA2)
		rc = lzma2_decode(&((struct xz_work *)(void *)&work)->lzma, &decoder);
	else
		rc = inflate_decode((struct inflate *)(void *)&work, &decoder);
	if ((rc != 0 && !decoder.error) || decoder.in > decoder.in_end ||
	    decoder.out > decoder.out_end)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	size_t out_bytes;
	uint8_t *in, *out;

	if (bytes < 3)
		return 0;
	out_bytes = data[1] < 128 ? (size_t)1 << 16 : (size_t)(data[1] - 127) * 37;
	bytes -= 2;
	in = malloc(bytes);
	out = malloc(out_bytes);
	memcpy(in, data + 2, bytes);
	memset(&work, data[1], sizeof(work));
	switch (data[0] % NR_TARGETS) {
	case TARGET_REPAIRED_XZ:
		repair_xz(in, bytes);
		run_whole(in, bytes, out, out_bytes);
		break;
	case TARGET_WHOLE:
		run_whole(in, bytes, out, out_bytes);
		break;
	case TARGET_BCJ:
		bcj_x86_decode(in, bytes, data[1]);
		break;
	default:
		run_inner((enum target)(data[0] % NR_TARGETS), in, bytes, out, out_bytes);
		break;
	}
	free(in);
	free(out);
	return 0;
}
