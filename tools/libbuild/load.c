/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contents of a new domain's first pages: kernel, RAM disk, page list, start_info, page tables. Each
 * range is mapped once, written from our memory or read from the file straight into it, unmapped.
 */
#include "libbuild/pv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libbuild/tables.h"

#define PAGE IMAGE_PAGE_BYTES
/* Pages of a RAM disk that are mapped at a time. */
#define CHUNK_PAGES 16384UL
/* Fewer zeroes than this are copied: another mapping would cost more. */
#define LEAST_ZEROES (16 * PAGE)

static void *load_map(struct build *build, uint64_t pfn, uint64_t pages)
{
	void *at = ctl_memory_map(build->ctl, build->request->domid, PROT_READ | PROT_WRITE, pages,
				  build->p2m + pfn);

	if (!at)
		build_refuse(build, "see the hypervisor's log: tl dmesg");
	return at;
}

/* A piece of a segment: bytes of the file, then zeroes. */
static int load_piece(struct build *build, uint64_t physical, const uint8_t *from, uint64_t bytes,
		      uint64_t zeroes)
{
	uint64_t offset = physical % PAGE;
	uint64_t pages = (offset + bytes + zeroes + PAGE - 1) / PAGE;
	uint8_t *at;

	if (!pages)
		return 0;
	at = load_map(build, physical / PAGE, pages);
	if (!at)
		return -1;
	memcpy(at + offset, from, bytes);
	memset(at + offset + bytes, 0, zeroes);
	ctl_memory_unmap(build->ctl, at, pages);
	return 0;
}

/* Up to the next long run of zeroes, which ends on a page of the domain. */
static uint64_t piece_length(const uint8_t *from, uint64_t bytes, uint64_t offset, uint64_t *zero)
{
	uint64_t at = (PAGE - offset) % PAGE;

	for (; at < bytes; at += PAGE + *zero) {
		*zero = kernel_zero_bytes(from + at, bytes - at);
		if (*zero >= LEAST_ZEROES)
			return at;
	}
	*zero = 0;
	return bytes;
}

/* Pages that are zero already and stay so are neither mapped nor touched. */
static int load_segment(struct build *build, const struct image_segment *segment)
{
	const uint8_t *from = build->request->kernel->elf + segment->offset;
	uint64_t done = 0, zero;

	if (build->clears)
		return load_piece(build, segment->physical, from, segment->file_bytes,
				  segment->memory_bytes - segment->file_bytes);
	while (done < segment->file_bytes) {
		uint64_t physical = segment->physical + done;
		uint64_t length = piece_length(from + done, segment->file_bytes - done,
					       physical % PAGE, &zero);

		if (load_piece(build, physical, from + done, length, 0))
			return -1;
		done += length + zero;
	}
	return 0;
}

int load_kernel(struct build *build)
{
	for (unsigned int i = 0; i < build->plan->nr_segments; i++)
		if (load_segment(build, &build->plan->segments[i]))
			return -1;
	return 0;
}

static int ramdisk_read(struct build *build, uint8_t *to, uint64_t bytes)
{
	while (bytes) {
		ssize_t got = read(build->ramdisk, to, bytes);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return failure_set_errno(build->failure, FAILURE_CONFIGURATION, errno,
						 build->stage, build->request->ramdisk,
						 "check `ramdisk' in the configuration");
		if (got == 0)
			return failure_set(build->failure, FAILURE_CONFIGURATION, build->stage,
					   build->request->ramdisk, "it became shorter meanwhile",
					   "start the domain again");
		to += got;
		bytes -= got;
	}
	return 0;
}

static int load_ramdisk_chunk(struct build *build, uint64_t page, uint64_t pages)
{
	const struct build_layout *layout = &build->layout;
	uint64_t bytes = layout->ramdisk_bytes - page * PAGE;
	uint8_t *at = load_map(build, layout->ramdisk_pfn + page, pages);
	int rc;

	if (!at)
		return -1;
	if (bytes > pages * PAGE)
		bytes = pages * PAGE;
	rc = ramdisk_read(build, at, bytes);
	if (!rc && build->clears)
		memset(at + bytes, 0, pages * PAGE - bytes);
	ctl_memory_unmap(build->ctl, at, pages);
	return rc;
}

int load_ramdisk(struct build *build)
{
	uint64_t total = build->layout.ramdisk_pages;

	for (uint64_t done = 0; done < total; done += CHUNK_PAGES) {
		uint64_t pages = total - done < CHUNK_PAGES ? total - done : CHUNK_PAGES;

		if (load_ramdisk_chunk(build, done, pages))
			return -1;
	}
	return 0;
}

int load_list(struct build *build)
{
	const struct build_layout *layout = &build->layout;
	uint64_t bytes = layout->nr_pages * sizeof(uint64_t);
	uint8_t *at = load_map(build, layout->p2m_pfn, layout->p2m_pages);

	if (!at)
		return -1;
	memcpy(at, build->p2m, bytes);
	if (build->clears)
		memset(at + bytes, 0, layout->p2m_pages * PAGE - bytes);
	ctl_memory_unmap(build->ctl, at, layout->p2m_pages);
	return 0;
}

int load_start_info(struct build *build)
{
	const struct build_layout *layout = &build->layout;
	uint64_t pages = layout->tables_pfn - layout->start_info_pfn;
	uint8_t *at = load_map(build, layout->start_info_pfn, pages);

	if (!at)
		return -1;
	/* The store's and the console's rings are behind it: empty rings are zeroes. */
	if (build->clears)
		memset(at, 0, pages * PAGE);
	start_write_info(&build->values, (start_info_t *)at);
	ctl_memory_unmap(build->ctl, at, pages);
	return 0;
}

int load_tables(struct build *build)
{
	const struct build_layout *layout = &build->layout;
	uint64_t *at = load_map(build, layout->tables_pfn, layout->nr_tables);
	int rc;

	if (!at)
		return -1;
	rc = tables_write(layout, build->p2m, at);
	ctl_memory_unmap(build->ctl, at, layout->nr_tables);
	if (rc)
		return failure_set(build->failure, FAILURE_GENERAL, build->stage, build->object,
				   "the page tables take more room than was planned",
				   "report this kernel");
	return 0;
}
