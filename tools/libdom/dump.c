/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cores: the list of the guest's pages from its own tables, then the file, front to back.
 */
#include "libdom/dump.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xen/elfnote.h>

#include "libdom/alloc.h"
#include "libdom/dump_format.h"

#define PAGE_BYTES 4096
#define PAGE_ENTRIES (PAGE_BYTES / sizeof(xen_pfn_t))
#define CHUNK_PAGES 1024
/* Bits of an entry that Linux uses for pages that are no memory of the guest's own. */
#define ENTRY_FLAGS (3ULL << 62)
#define ENTRY_ADDRESS 0x000ffffffffff000ULL
#define PFN_LIMIT (1ULL << 28) /* a guest may say anything: a TiB is enough */

struct dump {
	struct ctl *ctl;
	uint32_t domid;
	struct xen_domctl_getdomaininfo info;
	struct dump_page *pages;
	uint64_t nr_pages;
	uint32_t nr_vcpus;
	vcpu_guest_context_t *contexts;
	uint8_t shared_info[PAGE_BYTES];
	int fd;
	void (*progress)(void *context, const char *step, uint64_t done, uint64_t total);
	void *context;
};

/* A copy of one machine frame of the guest. */
static int read_frame(struct dump *dump, xen_pfn_t frame, void *copy)
{
	void *page = ctl_memory_map(dump->ctl, dump->domid, PROT_READ, 1, &frame);

	if (!page)
		return -1;
	memcpy(copy, page, PAGE_BYTES);
	ctl_memory_unmap(dump->ctl, page, 1);
	return 0;
}

/* One page of the guest's list; more pages than the hypervisor counts cannot be its own. */
static void add_pages(struct dump *dump, const xen_pfn_t *entries, uint64_t first, uint64_t end)
{
	for (uint64_t n = 0; n < PAGE_ENTRIES && first + n < end; n++) {
		if (entries[n] & ENTRY_FLAGS || dump->nr_pages >= dump->info.tot_pages)
			continue;
		dump->pages[dump->nr_pages++] = (struct dump_page){first + n, entries[n]};
	}
}

/* Tables that were read last, by level: the walk goes through them in order. */
struct dump_walk {
	struct dump *dump;
	xen_pfn_t frames[4]; /* 0: none yet */
	uint64_t tables[4][PAGE_ENTRIES];
};

static int walk_read(struct dump_walk *walk, unsigned int level, xen_pfn_t frame)
{
	if (!frame) {
		errno = ENODATA;
		return -1;
	}
	if (walk->frames[level] == frame)
		return 0;
	walk->frames[level] = 0;
	if (read_frame(walk->dump, frame, walk->tables[level]))
		return -1;
	walk->frames[level] = frame;
	return 0;
}

/* Page `step' of the linear list, through the guest's own page tables; 0 where there is none. */
static int walk_linear(struct dump_walk *walk, const shared_info_t *shared, uint64_t step,
		       xen_pfn_t *frame)
{
	uint64_t address = shared->arch.p2m_vaddr + step * PAGE_BYTES;

	*frame = shared->arch.p2m_cr3 >> 12;
	for (int level = 3; level >= 0; level--) {
		uint64_t entry;

		if (walk_read(walk, (unsigned int)level, *frame))
			return -1;
		entry = walk->tables[level][address >> (12 + 9 * level) & (PAGE_ENTRIES - 1)];
		*frame = entry & 1 ? (entry & ENTRY_ADDRESS) >> 12 : 0;
		if (!*frame)
			return 0;
	}
	return 0;
}

/* The same through the list of lists. */
static int walk_lists(struct dump_walk *walk, const shared_info_t *shared, uint64_t step,
		      xen_pfn_t *frame)
{
	*frame = 0;
	if (step / PAGE_ENTRIES >= PAGE_ENTRIES)
		return 0;
	if (walk_read(walk, 1, shared->arch.pfn_to_mfn_frame_list_list) ||
	    walk_read(walk, 0, walk->tables[1][step / PAGE_ENTRIES]))
		return -1;
	*frame = walk->tables[0][step % PAGE_ENTRIES];
	return 0;
}

static int find_pages(struct dump *dump)
{
	const shared_info_t *shared = (const shared_info_t *)dump->shared_info;
	bool is_linear = shared->arch.p2m_cr3 != 0;
	uint64_t end = shared->arch.max_pfn < PFN_LIMIT ? shared->arch.max_pfn : PFN_LIMIT;
	struct dump_walk *walk = alloc_zeroed(1, sizeof(*walk));
	xen_pfn_t frame, entries[PAGE_ENTRIES];
	int ret = 0;

	walk->dump = dump;
	for (uint64_t first = 0; !ret && first < end && dump->nr_pages < dump->info.tot_pages;
	     first += PAGE_ENTRIES) {
		ret = (is_linear ? walk_linear : walk_lists)(walk, shared, first / PAGE_ENTRIES,
							     &frame);
		if (ret || !frame)
			continue;
		ret = read_frame(dump, frame, entries);
		if (!ret)
			add_pages(dump, entries, first, end);
	}
	free(walk);
	return ret;
}

/* The list of pages as it is now. */
static int read_pages(struct dump *dump)
{
	free(dump->pages);
	dump->pages = NULL;
	dump->nr_pages = 0;
	if (ctl_domain_info(dump->ctl, dump->domid, &dump->info) ||
	    read_frame(dump, dump->info.shared_info_frame, dump->shared_info))
		return -1;
	dump->pages = alloc_zeroed(dump->info.tot_pages, sizeof(*dump->pages));
	return find_pages(dump);
}

/* A guest that boots moves its list, and the page tables to it, under our eyes: then it is stopped
 * for that long. Signals wait, so that it is not left so. */
static int read_pages_stopped(struct dump *dump)
{
	sigset_t all, before;
	int ret, error;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	ret = ctl_domain_pause(dump->ctl, dump->domid);
	error = errno;
	if (!ret) {
		ret = read_pages(dump);
		error = errno;
		ctl_domain_unpause(dump->ctl, dump->domid);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return ret;
}

static int read_guest(struct dump *dump)
{
	uint32_t nr_vcpus;

	if (read_pages(dump) && read_pages_stopped(dump))
		return -1;
	/* Without vcpus the highest is -1. */
	nr_vcpus = dump->info.max_vcpu_id + 1;
	dump->contexts = alloc_zeroed(nr_vcpus, sizeof(*dump->contexts));
	/* A vcpu that never ran has none. */
	for (uint32_t n = 0; n < nr_vcpus; n++)
		if (!ctl_vcpu_get_context(dump->ctl, dump->domid, n,
					  &dump->contexts[dump->nr_vcpus]))
			dump->nr_vcpus++;
	return 0;
}

static int fail_reading(const struct dump *dump, struct failure *failure)
{
	char object[64];

	snprintf(object, sizeof(object), "domain %u", dump->domid);
	if (errno == ENODATA)
		return failure_set(failure, FAILURE_REFUSED, "reading the guest's memory", object,
				   "its kernel has not said which pages it has",
				   "try again when it is up");
	return failure_set_errno(failure, FAILURE_REFUSED, errno, "reading the guest's memory",
				 object, "");
}

static int write_all(int fd, const void *data, size_t bytes)
{
	const char *next = data;

	while (bytes) {
		ssize_t written = write(fd, next, bytes);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		next += written;
		bytes -= (size_t)written;
	}
	return 0;
}

static bool is_zero(const uint8_t *page)
{
	return !page[0] && !memcmp(page, page + 1, PAGE_BYTES - 1);
}

/* A page that cannot be mapped reads as zeros; zeros are holes of the file. */
static int write_chunk(struct dump *dump, uint64_t first, size_t count)
{
	xen_pfn_t frames[CHUNK_PAGES] = {0};
	int errors[CHUNK_PAGES], ret = 0;
	uint8_t *memory;

	for (size_t n = 0; n < count; n++)
		frames[n] = dump->pages[first + n].frame;
	memory = ctl_memory_map_each(dump->ctl, dump->domid, PROT_READ, count, frames, errors);
	for (size_t n = 0; !ret && n < count; n++) {
		const uint8_t *page = memory ? memory + n * PAGE_BYTES : NULL;

		if (!page || errors[n] || is_zero(page))
			ret = lseek(dump->fd, PAGE_BYTES, SEEK_CUR) < 0;
		else
			ret = write_all(dump->fd, page, PAGE_BYTES);
	}
	if (memory)
		ctl_memory_unmap(dump->ctl, memory, count);
	return ret ? -1 : 0;
}

static int write_pages(struct dump *dump)
{
	uint64_t done = 0;

	while (done < dump->nr_pages) {
		uint64_t left = dump->nr_pages - done;
		size_t count = left < CHUNK_PAGES ? (size_t)left : CHUNK_PAGES;

		if (dump->progress)
			dump->progress(dump->context, "writing the core", done, dump->nr_pages);
		if (write_chunk(dump, done, count))
			return -1;
		done += count;
	}
	return 0;
}

static int write_file(struct dump *dump)
{
	struct dump_layout *layout = alloc_zeroed(1, sizeof(*layout));
	struct ctl_version *version = alloc_zeroed(1, sizeof(*version));
	int ret = -1;

	if (ctl_version(dump->ctl, version))
		goto out;
	dump_format_layout(layout, version, dump->nr_vcpus, dump->nr_pages);
	if (write_all(dump->fd, layout, sizeof(*layout)) ||
	    write_all(dump->fd, dump->contexts, dump->nr_vcpus * sizeof(*dump->contexts)) ||
	    write_all(dump->fd, dump->shared_info, PAGE_BYTES) ||
	    write_all(dump->fd, dump->pages, dump->nr_pages * sizeof(*dump->pages)) ||
	    lseek(dump->fd, (off_t)layout->sections[DUMP_PAGES].sh_offset, SEEK_SET) < 0 ||
	    write_pages(dump) ||
	    ftruncate(dump->fd, (off_t)(layout->sections[DUMP_PAGES].sh_offset +
					layout->sections[DUMP_PAGES].sh_size)))
		goto out;
	ret = 0;
out:
	free(version);
	free(layout);
	return ret;
}

static int write_beside(struct dump *dump, const char *path)
{
	char *beside = alloc_format("%s.new", path);
	int ret = -1;

	dump->fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (dump->fd >= 0) {
		ret = write_file(dump);
		ret = close(dump->fd) || ret ? -1 : rename(beside, path);
		if (ret)
			unlink(beside);
	}
	free(beside);
	return ret;
}

int dump_domain(struct ctl *ctl, uint32_t domid, const char *path,
		void (*progress)(void *context, const char *step, uint64_t done, uint64_t total),
		void *context, struct failure *failure)
{
	struct dump *dump = alloc_zeroed(1, sizeof(*dump));
	int ret = 0;

	*dump = (struct dump){
		.ctl = ctl,
		.domid = domid,
		.progress = progress,
		.context = context,
	};
	if (read_guest(dump))
		ret = fail_reading(dump, failure);
	else if (write_beside(dump, path))
		ret = failure_set_errno(failure, FAILURE_GENERAL, errno, "writing the core", path,
					"free space, or name another file");
	free(dump->pages);
	free(dump->contexts);
	free(dump);
	return ret;
}
