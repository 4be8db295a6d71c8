/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel files: read, unpacked when they are packed, and planned.
 */
#include "libbuild/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libbuild/layout.h"
#include "libbuild/unpack.h"

#define STAGE "reading the kernel"
#define NEXT "check `kernel' in the configuration"

struct bytes {
	uint8_t *at;
	size_t length;
};

/* Pages of zeroes; those that are never touched cost nothing. */
static int bytes_alloc(struct bytes *bytes, size_t length)
{
	void *at = mmap(NULL, length, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return -1;
	*bytes = (struct bytes){at, length};
	return 0;
}

static void bytes_free(struct bytes *bytes)
{
	if (bytes->at)
		munmap(bytes->at, bytes->length);
	*bytes = (struct bytes){0};
}

/* Down to a length. */
static void bytes_cut(struct bytes *bytes, size_t length)
{
	size_t mask = IMAGE_PAGE_BYTES - 1, kept = (length + mask) & ~mask;

	if (kept < bytes->length)
		munmap(bytes->at + kept, bytes->length - kept);
	bytes->length = length;
}

/* Page by page: dom0 may be small, and half of a kernel is zeroes. */
static void bytes_drop_zeroes(uint8_t *piece, size_t length)
{
	uint8_t *page = (uint8_t *)(((uintptr_t)piece + IMAGE_PAGE_BYTES - 1) &
				    ~(IMAGE_PAGE_BYTES - 1));
	uint8_t *end = piece + length;

	while (page < end && (size_t)(end - page) >= IMAGE_PAGE_BYTES) {
		size_t zero = kernel_zero_bytes(page, end - page);

		if (zero)
			madvise(page, zero, MADV_DONTNEED);
		page += zero + IMAGE_PAGE_BYTES;
	}
}

/* Read, not mapped: a file that is cut short meanwhile is an error then, and no signal. Who rewrites
 * it gets a mixture refused or started, nothing worse. */
static int bytes_read(struct bytes *bytes, int fd, size_t length)
{
	size_t done = 0;

	if (bytes_alloc(bytes, length))
		return -1;
	while (done < length) {
		ssize_t got = read(fd, bytes->at + done, length - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			errno = got ? errno : ENODATA;
			bytes_free(bytes);
			return -1;
		}
		bytes_drop_zeroes(bytes->at + done, (size_t)got);
		done += (size_t)got;
	}
	return 0;
}

static int kernel_refuse(const struct build_kernel *kernel, const struct reason *why,
			 struct failure *failure)
{
	return failure_set(failure, FAILURE_CONFIGURATION, STAGE, kernel->path, why->text, NEXT);
}

static int kernel_refuse_errno(const struct build_kernel *kernel, struct failure *failure)
{
	return failure_set_errno(failure,
				 errno == ENOMEM ? FAILURE_NO_MEMORY : FAILURE_CONFIGURATION, errno,
				 STAGE, kernel->path, NEXT);
}

static int kernel_check_file(int fd, struct stat *status, struct reason *why)
{
	if (fstat(fd, status))
		return reason_set(why, "%s", strerror(errno));
	if (!S_ISREG(status->st_mode))
		return reason_set(why, "it is no regular file");
	if (!status->st_size)
		return reason_set(why, "it is empty");
	if ((uint64_t)status->st_size > UNPACK_LIMIT)
		return reason_set(why,
				  "its %lu MiB are more than the %lu MiB that a kernel may have",
				  status->st_size >> 20, UNPACK_LIMIT >> 20);
	return 0;
}

static struct {
	void (*report)(void *context, uint64_t done, uint64_t total);
	void *context;
} watcher;

void build_kernel_watch(void (*report)(void *context, uint64_t done, uint64_t total), void *context)
{
	watcher.report = report;
	watcher.context = context;
}

static void unpack_finished(const struct unpack_output *out, uint8_t *piece, size_t bytes)
{
	bytes_drop_zeroes(piece, bytes);
	if (watcher.report)
		watcher.report(watcher.context, out->produced, out->room);
}

/* Read and not needed again; its pages are ours alone. */
static void unpack_consumed(const uint8_t *from, size_t bytes)
{
	uintptr_t mask = IMAGE_PAGE_BYTES - 1;
	uintptr_t first = ((uintptr_t)from + mask) & ~mask, end = ((uintptr_t)from + bytes) & ~mask;

	if (first < end)
		madvise((void *)first, end - first, MADV_DONTNEED);
}

/* A file that is packed by hand does not say how much it is, but for gzip. */
static int kernel_find_room(const struct unpack_format *format, const struct bytes *payload,
			    bool is_bare, size_t *room, struct reason *why)
{
	*room = UNPACK_LIMIT;
	if (is_bare && !unpack_states_bytes(format))
		return 0;
	return unpack_stated_bytes(payload->at, payload->length, room, why);
}

static int kernel_unpack(const struct bytes *payload, bool is_bare, struct bytes *elf,
			 struct reason *why)
{
	const struct unpack_format *format = unpack_find_format(payload->at, payload->length, why);
	struct unpack_output out = {.finished = unpack_finished, .consumed = unpack_consumed};
	size_t room;

	if (!format || kernel_find_room(format, payload, is_bare, &room, why))
		return -1;
	if (bytes_alloc(elf, room))
		return reason_set(why, "there is no memory for the %zu MiB that it unpacks to",
				  room >> 20);
	out.at = elf->at;
	out.room = elf->length;
	if (unpack_run(format, payload->at, payload->length, &out, why))
		return -1;
	if (out.produced != room && (!is_bare || unpack_states_bytes(format)))
		return reason_set(why, "it unpacks to %zu bytes, not to the %zu that it says",
				  out.produced, room);
	bytes_cut(elf, out.produced);
	return 0;
}

static bool file_is_packed(const struct bytes *file)
{
	struct reason ignored;

	return unpack_find_format(file->at, file->length, &ignored) != NULL;
}

/* The ELF file is what was read, or is unpacked into memory of its own. */
static int kernel_find_elf(const struct bytes *file, struct bytes *elf, struct reason *why)
{
	struct bytes payload = *file;
	size_t offset;

	if (bzimage_is(file->at, file->length)) {
		if (bzimage_find_payload(file->at, file->length, &offset, &payload.length, why))
			return -1;
		payload.at = file->at + offset;
		return kernel_unpack(&payload, false, elf, why);
	}
	if (file_is_packed(file))
		return kernel_unpack(&payload, true, elf, why);
	*elf = *file;
	return 0;
}

static int kernel_make_plan(struct build_kernel *kernel, const struct bytes *file,
			    struct bytes *elf, struct reason *why)
{
	if (kernel_find_elf(file, elf, why) || image_read(elf->at, elf->length, &kernel->plan, why))
		return -1;
	kernel->data = elf->at;
	kernel->data_bytes = elf->length;
	return chunks_make(kernel) ? reason_set(why, "there is no memory to read it") : 0;
}

/* From the file itself; what had to be unpacked is kept for the next time. */
static int kernel_read(struct build_kernel *kernel, int fd, const struct stat *status,
		       struct failure *failure)
{
	struct bytes file = {0}, elf = {0};
	struct reason why;
	int rc;

	if (bytes_read(&file, fd, status->st_size))
		return kernel_refuse_errno(kernel, failure);
	rc = kernel_make_plan(kernel, &file, &elf, &why);
	if (rc)
		kernel_refuse(kernel, &why, failure);
	else if (file.at != elf.at)
		cache_keep(kernel, status);
	if (file.at != elf.at)
		bytes_free(&file);
	if (rc)
		bytes_free(&elf);
	if (rc)
		kernel->data = NULL;
	return rc;
}

static int kernel_load_file(struct build_kernel *kernel, int fd, struct failure *failure)
{
	struct reason why;
	struct stat status;
	int lock, rc;

	if (kernel_check_file(fd, &status, &why))
		return kernel_refuse(kernel, &why, failure);
	if (cache_find(kernel, &status))
		return 0;
	/* Who unpacks it now is done sooner than we would be. */
	lock = cache_lock(&status);
	rc = lock >= 0 && cache_find(kernel, &status) ? 0
						      : kernel_read(kernel, fd, &status, failure);
	cache_unlock(lock);
	return rc;
}

int build_kernel_open(const char *path, struct build_kernel **out, struct failure *failure)
{
	struct build_kernel *kernel = calloc(1, sizeof(*kernel));
	int fd, rc;

	if (!kernel)
		return failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM, STAGE, path, "");
	snprintf(kernel->path, sizeof(kernel->path), "%s", path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		rc = failure_set_errno(failure,
				       errno == ENOENT ? FAILURE_NOT_FOUND : FAILURE_CONFIGURATION,
				       errno, STAGE, path, NEXT);
	} else {
		rc = kernel_load_file(kernel, fd, failure);
		close(fd);
	}
	if (rc)
		build_kernel_close(kernel);
	else
		*out = kernel;
	return rc;
}

void build_kernel_close(struct build_kernel *kernel)
{
	if (!kernel)
		return;
	if (kernel->data)
		munmap(kernel->data, kernel->data_bytes);
	free(kernel->chunks);
	free(kernel);
}

const char *build_kernel_system(const struct build_kernel *kernel)
{
	return kernel->plan.notes.system;
}

uint64_t build_kernel_least_memory(const struct build_kernel *kernel, uint64_t ramdisk_bytes)
{
	return layout_least_pages(&kernel->plan, ramdisk_bytes) * IMAGE_PAGE_BYTES;
}
