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
/* Pages that are mapped at a time. */
#define CHUNK_PAGES 16384UL

static void *load_map(struct build *build, uint64_t pfn, uint64_t pages)
{
	void *at = ctl_memory_map(build->ctl, build->request->domid, PROT_READ | PROT_WRITE, pages,
				  build->p2m + pfn);

	if (!at)
		build_refuse(build, "see the hypervisor's log: tl dmesg");
	return at;
}

/* So many chunks from one on as lie close together: one mapping for them. */
static uint32_t chunks_together(const struct build_kernel *kernel, uint32_t first)
{
	const struct kernel_chunk *chunks = kernel->chunks;
	uint32_t i = first + 1;

	while (i < kernel->nr_chunks &&
	       chunks[i].physical / PAGE <=
		       (chunks[i - 1].physical + chunks[i - 1].bytes - 1) / PAGE + 1 &&
	       chunks[i].physical - chunks[first].physical < CHUNK_PAGES * PAGE)
		i++;
	return i - first;
}

static int load_chunks(struct build *build, uint32_t first, uint32_t count)
{
	const struct build_kernel *kernel = build->request->kernel;
	const struct kernel_chunk *chunks = kernel->chunks + first;
	uint64_t start = chunks[0].physical / PAGE;
	uint64_t end = (chunks[count - 1].physical + chunks[count - 1].bytes - 1) / PAGE + 1;
	uint8_t *at = load_map(build, start, end - start);
	int rc = 0;

	if (!at)
		return -1;
	for (uint32_t i = 0; i < count && !rc; i++)
		rc = kernel_read_chunk(kernel, &chunks[i], at + chunks[i].physical - start * PAGE);
	ctl_memory_unmap(build->ctl, at, end - start);
	if (rc)
		return failure_set(build->failure, FAILURE_GENERAL, build->stage, kernel->path,
				   "its unpacked copy in /var/cache/trestle is corrupt",
				   "remove that folder");
	return 0;
}

/* Whatever no chunk will write, before chunks are: only where pages may come with contents. */
static int load_zeroes(struct build *build)
{
	const struct image_plan *plan = build->plan;
	uint64_t first = plan->start / PAGE;
	uint64_t pages = (plan->end + PAGE - 1) / PAGE - first;
	uint8_t *at;

	if (!build->clears)
		return 0;
	at = load_map(build, first, pages);
	if (!at)
		return -1;
	memset(at, 0, pages * PAGE);
	ctl_memory_unmap(build->ctl, at, pages);
	return 0;
}

int load_kernel(struct build *build)
{
	const struct build_kernel *kernel = build->request->kernel;
	uint32_t i = 0;

	if (load_zeroes(build))
		return -1;
	while (i < kernel->nr_chunks) {
		uint32_t count = chunks_together(kernel, i);

		if (load_chunks(build, i, count))
			return -1;
		i += count;
	}
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
