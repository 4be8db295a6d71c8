/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a kernel has to be copied into a domain, page runs of zeroes left out.
 */
#include "libbuild/kernel.h"

#include <errno.h>
#include <lz4.h>
#include <stdlib.h>
#include <string.h>

#define PAGE IMAGE_PAGE_BYTES
/* Fewer zeroes than this are copied: another mapping would cost more. */
#define LEAST_ZEROES (16 * PAGE)

size_t kernel_zero_bytes(const uint8_t *at, size_t length)
{
	size_t zero = 0;

	while (length - zero >= PAGE && !at[zero] && !memcmp(at + zero, at + zero + 1, PAGE - 1))
		zero += PAGE;
	return zero;
}

int kernel_read_chunk(const struct build_kernel *kernel, const struct kernel_chunk *chunk,
		      uint8_t *to)
{
	const uint8_t *from = kernel->data + chunk->offset;

	if (chunk->stored == chunk->bytes) {
		memcpy(to, from, chunk->bytes);
		return 0;
	}
	return LZ4_decompress_safe((const char *)from, (char *)to, (int)chunk->stored,
				   (int)chunk->bytes) == (int)chunk->bytes
		       ? 0
		       : -1;
}

/* Up to the next long run of zeroes, or the most that a chunk has. offset: of the first byte in its
 * page, so that chunks end on pages. */
static uint64_t chunk_length(const uint8_t *from, uint64_t bytes, uint64_t offset, uint64_t *zero)
{
	uint64_t at = (PAGE - offset) % PAGE;

	*zero = 0;
	while (at < bytes && at < KERNEL_CHUNK_BYTES) {
		*zero = kernel_zero_bytes(from + at, bytes - at);
		if (*zero >= LEAST_ZEROES)
			return at;
		at += PAGE + *zero;
	}
	*zero = 0;
	return at < bytes ? at : bytes;
}

static int chunk_add(struct build_kernel *kernel, uint64_t physical, uint64_t offset,
		     uint64_t bytes)
{
	struct kernel_chunk *larger;

	if (!bytes)
		return 0;
	if (kernel->nr_chunks % 64 == 0) {
		larger = reallocarray(kernel->chunks, kernel->nr_chunks + 64, sizeof(*larger));
		if (!larger)
			return -1;
		kernel->chunks = larger;
	}
	kernel->chunks[kernel->nr_chunks++] =
		(struct kernel_chunk){physical, offset, (uint32_t)bytes, (uint32_t)bytes};
	return 0;
}

static int chunks_of_segment(struct build_kernel *kernel, const struct image_segment *segment)
{
	uint64_t done = 0, zero;

	while (done < segment->file_bytes) {
		uint64_t physical = segment->physical + done;
		uint64_t offset = segment->offset + done;
		uint64_t length = chunk_length(kernel->data + offset, segment->file_bytes - done,
					       physical % PAGE, &zero);

		if (chunk_add(kernel, physical, offset, length))
			return -1;
		done += length + zero;
	}
	return 0;
}

int chunks_make(struct build_kernel *kernel)
{
	for (unsigned int i = 0; i < kernel->plan.nr_segments; i++)
		if (chunks_of_segment(kernel, &kernel->plan.segments[i]))
			return -1;
	return 0;
}

static bool chunk_is_in_segment(const struct image_plan *plan, const struct kernel_chunk *chunk)
{
	for (unsigned int i = 0; i < plan->nr_segments; i++) {
		const struct image_segment *segment = &plan->segments[i];
		uint64_t into = chunk->physical - segment->physical;

		if (into < segment->memory_bytes && chunk->bytes <= segment->memory_bytes - into)
			return true;
	}
	return false;
}

bool chunks_are_sound(const struct build_kernel *kernel)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < kernel->nr_chunks; i++) {
		const struct kernel_chunk *chunk = &kernel->chunks[i];

		if (!chunk->bytes || chunk->bytes > 2 * KERNEL_CHUNK_BYTES ||
		    chunk->stored > chunk->bytes || chunk->offset > kernel->data_bytes ||
		    chunk->stored > kernel->data_bytes - chunk->offset || chunk->physical < end ||
		    !chunk_is_in_segment(&kernel->plan, chunk))
			return false;
		end = chunk->physical + chunk->bytes;
	}
	return true;
}
