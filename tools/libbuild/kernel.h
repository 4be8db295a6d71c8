/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside libbuild only: an opened kernel. What is to be loaded is a list of chunks in order of
 * address; pages that no chunk touches are zero. A chunk lies within a segment of the plan, never
 * in two, and its memory within `file' or `elf'.
 */
#ifndef LIBBUILD_KERNEL_H
#define LIBBUILD_KERNEL_H

#include <sys/stat.h>

#include "libbuild/build.h"
#include "libbuild/image.h"

/* Chunks begin and end on pages but where a segment does not. */
#define KERNEL_CHUNK_BYTES (1UL << 20)

struct kernel_chunk {
	uint64_t physical;
	uint64_t offset; /* of its data, from `data' on */
	uint32_t bytes;
	uint32_t stored; /* of data; less than bytes: packed as an LZ4 block */
};

struct build_kernel {
	char path[200]; /* for sentences; may be cut */
	uint8_t *data;	/* mapped */
	size_t data_bytes;
	struct image_plan plan;
	struct kernel_chunk *chunks;
	uint32_t nr_chunks;
};

/* How many bytes from here on are whole pages of zeroes; a page is wherever one begins. */
size_t kernel_zero_bytes(const uint8_t *at, size_t length);
/* The chunk's contents; -1 when it is packed and corrupt. */
int kernel_read_chunk(const struct build_kernel *kernel, const struct kernel_chunk *chunk,
		      uint8_t *to);

/* chunks.c: the list for an ELF file in `data', from its plan. -1: no memory. */
int chunks_make(struct build_kernel *kernel);
/* That of a file of which only the numbers are known: whether the list keeps the promises above. */
bool chunks_are_sound(const struct build_kernel *kernel);

/* cache.c: kernels that were unpacked since this machine started, in files of root's own. Neither
 * tells of errors: what cannot be kept is unpacked again. */
/* Another folder than /var/cache/trestle/kernels; the path is borrowed. NULL: nothing is kept. */
void cache_set_folder(const char *path);
bool cache_find(struct build_kernel *kernel, const struct stat *source);
/* Waits until no other process has the lock of this source; whoever has it loses the low priority
 * that it may have. The descriptor is cache_unlock()'s; -1: nothing is kept, so nothing is locked.
 * One at a time in a process. */
int cache_lock(const struct stat *source);
void cache_unlock(int lock);
void cache_keep(struct build_kernel *kernel, const struct stat *source);

#endif
