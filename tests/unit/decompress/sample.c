/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sample data; see sample.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sample.h"

const struct packer packers[] = {
	{"gzip -1", DECOMPRESS_GZIP, true},
	{"gzip -9n", DECOMPRESS_GZIP, true},
	{"xz -0 --check=none", DECOMPRESS_XZ, false},
	{"xz -6 --check=crc32", DECOMPRESS_XZ, true},
	{"xz -9 --check=sha256", DECOMPRESS_XZ, true},
	{"xz --x86 --lzma2=preset=1 --check=crc64", DECOMPRESS_XZ, true},
	{"xz --x86=start=4096 --lzma2=preset=9,lc=0,lp=4,pb=4", DECOMPRESS_XZ, true},
	{"xz --lzma2=preset=6,lc=4,lp=0,pb=0 --block-size=30000", DECOMPRESS_XZ, true},
	{"xz -T2 --block-size=50000", DECOMPRESS_XZ, true},
	{"zstd -1 --check", DECOMPRESS_ZSTD, true},
	{"zstd -3 --no-check", DECOMPRESS_ZSTD, false},
	{"zstd -19 --check", DECOMPRESS_ZSTD, true},
	{"zstd --ultra -22 --check --no-content-size", DECOMPRESS_ZSTD, true},
	{"zstd --fast=9 --check", DECOMPRESS_ZSTD, true},
	{"lz4 -1", DECOMPRESS_LZ4, true},
	{"lz4 -9 -B4 -BD -BX --content-size", DECOMPRESS_LZ4, true},
	{"lz4 -12 -B7 --no-frame-crc", DECOMPRESS_LZ4, false},
	{"lz4 -l -9", DECOMPRESS_LZ4_LEGACY, false},
};
const size_t nr_packers = sizeof(packers) / sizeof(packers[0]);

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static struct buffer allocate(size_t bytes)
{
	struct buffer buffer = {.data = malloc(bytes ? bytes : 1), .bytes = bytes};

	assert_non_null(buffer.data);
	return buffer;
}

static void make_text(uint8_t *data, size_t bytes)
{
	static const char *const words[] = {"domain ", "vcpu ", "grant ",  "event ", "shadow ",
					    "the ",    "of a ", "frame\n", "is ",    "hypercall "};
	uint32_t seed = 1;
	size_t at = 0, length;
	const char *word;

	while (at < bytes) {
		word = words[next_random(&seed) % (sizeof(words) / sizeof(words[0]))];
		length = strlen(word);
		length = length < bytes - at ? length : bytes - at;
		memcpy(data + at, word, length);
		at += length;
	}
}

/* Opcodes of calls and bytes that make their operands look like addresses, in every order. */
static void make_dense_code(uint8_t *data, size_t bytes)
{
	static const uint8_t choice[] = {0xe8, 0xe9, 0x00, 0xff, 0x01, 0xfe, 0x17, 0xe8};
	uint32_t seed = 4;

	for (size_t i = 0; i < bytes; i++)
		data[i] = choice[next_random(&seed) % sizeof(choice)];
}

/* What the x86 filter lives on: calls to few places from many, among other bytes. */
static void make_code(uint8_t *data, size_t bytes)
{
	uint32_t seed = 2, operand;
	size_t at = 0;

	while (at < bytes) {
		if (next_random(&seed) % 6 || bytes - at < 5) {
			data[at] = (uint8_t)(0x48 + at % 5);
			if (next_random(&seed) % 7 == 0)
				data[at] = (uint8_t)next_random(&seed);
			at++;
			continue;
		}
		data[at] = next_random(&seed) & 1 ? 0xe8 : 0xe9;
		operand = next_random(&seed) % 4 * 1000 - (uint32_t)at - 5;
		if (next_random(&seed) % 9 == 0)
			operand = 0xe8e9e8ff + next_random(&seed);
		memcpy(data + at + 1, &operand, sizeof(operand));
		at += next_random(&seed) % 8 ? 5 : 1 + next_random(&seed) % 4;
	}
}

/*
 * Words of a large vocabulary: the statistics of all blocks are alike, which makes zstd use the
 * prefix codes of an earlier block again.
 */
static void make_words(uint8_t *data, size_t bytes)
{
	uint32_t seed = 5, word, length;

	for (size_t i = 0; i < bytes; i++) {
		word = next_random(&seed) % 3000;
		for (length = 3 + word % 7; length > 0 && i < bytes; length--)
			data[i++] = (uint8_t)('a' + next_random(&word) % 16);
		if (i < bytes)
			data[i] = ' ';
	}
}

struct buffer sample_make(enum sample_kind kind, size_t bytes)
{
	struct buffer buffer = allocate(bytes);
	uint32_t seed = 3;

	memset(buffer.data, 0, bytes);
	if (kind == SAMPLE_TEXT)
		make_text(buffer.data, bytes);
	if (kind == SAMPLE_WORDS)
		make_words(buffer.data, bytes);
	if (kind == SAMPLE_CODE)
		make_code(buffer.data, bytes / 4 * 3);
	if (kind == SAMPLE_CODE)
		make_dense_code(buffer.data + bytes / 4 * 3, bytes - bytes / 4 * 3);
	for (size_t i = 0; kind == SAMPLE_NOISE && i < bytes; i++)
		buffer.data[i] = (uint8_t)next_random(&seed);
	return buffer;
}

static struct buffer read_stream(FILE *file)
{
	struct buffer buffer = {.data = NULL};
	size_t room = 1 << 16, got;

	buffer.data = malloc(room);
	assert_non_null(buffer.data);
	while ((got = fread(buffer.data + buffer.bytes, 1, room - buffer.bytes, file)) > 0) {
		buffer.bytes += got;
		if (buffer.bytes == room)
			buffer.data = realloc(buffer.data, room *= 2);
		assert_non_null(buffer.data);
	}
	if (buffer.bytes)
		buffer.data = realloc(buffer.data, buffer.bytes);
	return buffer;
}

struct buffer sample_read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct buffer buffer;

	assert_non_null(file);
	buffer = read_stream(file);
	fclose(file);
	return buffer;
}

struct buffer sample_read_command(const char *line)
{
	FILE *pipe = popen(line, "r");
	struct buffer buffer;

	assert_non_null(pipe);
	buffer = read_stream(pipe);
	assert_int_equal(pclose(pipe), 0);
	return buffer;
}

static void skip_without(const char *command)
{
	char tool[16], probe[64];

	sscanf(command, "%15s", tool);
	snprintf(probe, sizeof(probe), "command -v %s >/dev/null", tool);
	if (system(probe) == 0)
		return;
	print_message("skipped: %s is not installed\n", tool);
	skip();
}

struct buffer sample_pack(const char *command, const struct buffer *plain)
{
	char path[] = "/tmp/trestle-sample-XXXXXX", line[256];
	struct buffer packed;
	int fd;

	skip_without(command);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, plain->data, plain->bytes), (ssize_t)plain->bytes);
	close(fd);
	snprintf(line, sizeof(line), "%s -c %s 2>/dev/null", command, path);
	packed = sample_read_command(line);
	unlink(path);
	return packed;
}

void sample_free(struct buffer *buffer)
{
	free(buffer->data);
	buffer->data = NULL;
}

int sample_unpack(const struct buffer *packed, size_t out_bytes, struct buffer *plain,
		  const char **error)
{
	struct decompress_work *work = malloc(sizeof(*work));
	struct buffer copy = allocate(packed->bytes), out = allocate(out_bytes);
	size_t made = SIZE_MAX;
	int rc;

	assert_non_null(work);
	memset(work, 0xa5, sizeof(*work));
	memcpy(copy.data, packed->data, packed->bytes);
	*error = NULL;
	rc = decompress(copy.data, copy.bytes, out.data, out_bytes, &made, work, error);
	sample_free(&copy);
	free(work);
	if (rc) {
		assert_non_null(*error);
		assert_int_equal(made, SIZE_MAX);
		sample_free(&out);
		return rc;
	}
	assert_in_range(made, 0, out_bytes);
	out.bytes = made;
	*plain = out;
	return 0;
}

void sample_check(const struct buffer *packed, const struct buffer *plain)
{
	const char *error = NULL;
	struct buffer out;
	int rc = sample_unpack(packed, plain->bytes, &out, &error);

	if (rc)
		fail_msg("%d: %s", rc, error);
	assert_int_equal(out.bytes, plain->bytes);
	assert_memory_equal(out.data, plain->data, plain->bytes);
	sample_free(&out);
}
