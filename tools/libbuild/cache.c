/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacked kernels kept for the next domain: unpacking Debian's takes longer than all the rest. A
 * file is named by the machine's boot id and by the source's device, inode, size and times, so
 * whatever changes the source makes another name, and nothing that a crash cut short is ever read.
 * The folder and its files must be our own and nobody else's to write.
 */
#include "libbuild/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <lz4.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define BOOT_ID_LENGTH 36
#define MAX_FILES 8
#define MAX_CHUNKS 65536
/* ioprio_set(2): what a process has that never said anything. */
#define IOPRIO_WHO_PROCESS 1
#define IO_PRIORITY_USUAL 0

static const char *folder_path = "/var/cache/trestle/kernels";

struct cache_header {
	char magic[8];
	uint32_t header_bytes, nr_chunks;
	struct image_plan plan;
};

static const char magic[8] = "tlkern1";

void cache_set_folder(const char *path)
{
	folder_path = path;
}

/* The folders above it as well; what cannot be made is noticed when the last is opened. */
static void cache_make_folder(void)
{
	char path[PATH_MAX];

	for (const char *end = folder_path; (end = strchr(end + 1, '/'));) {
		snprintf(path, sizeof(path), "%.*s", (int)(end - folder_path), folder_path);
		mkdir(path, 0755);
	}
	mkdir(folder_path, 0700);
}

static int cache_open_folder(bool make)
{
	struct stat status;
	int fd;

	if (!folder_path)
		return -1;
	if (make)
		cache_make_folder();
	fd = open(folder_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (!fstat(fd, &status) && status.st_uid == geteuid() && !(status.st_mode & 022))
		return fd;
	close(fd);
	return -1;
}

static int cache_read_boot_id(char id[BOOT_ID_LENGTH + 1])
{
	int fd = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, id, BOOT_ID_LENGTH);

	if (fd >= 0)
		close(fd);
	id[got == BOOT_ID_LENGTH ? BOOT_ID_LENGTH : 0] = '\0';
	return got == BOOT_ID_LENGTH ? 0 : -1;
}

static int cache_name(const struct stat *source, char name[NAME_MAX + 1])
{
	char id[BOOT_ID_LENGTH + 1];

	if (cache_read_boot_id(id))
		return -1;
	snprintf(name, NAME_MAX + 1, "%s-%lx-%lx-%lx-%lx.%lx-%lx.%lx", id, source->st_dev,
		 source->st_ino, source->st_size, source->st_mtim.tv_sec, source->st_mtim.tv_nsec,
		 source->st_ctim.tv_sec, source->st_ctim.tv_nsec);
	return 0;
}

static int cache_map(struct build_kernel *kernel, int fd)
{
	struct stat status;
	void *at;

	if (fstat(fd, &status) || status.st_uid != geteuid() || status.st_mode & 022 ||
	    (uint64_t)status.st_size < sizeof(struct cache_header))
		return -1;
	at = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return -1;
	kernel->data = at;
	kernel->data_bytes = status.st_size;
	return 0;
}

/* Ours since this start of the machine, but perhaps of another version of these tools. */
static int cache_take(struct build_kernel *kernel)
{
	const struct cache_header *header = (const struct cache_header *)kernel->data;
	size_t bytes = header->nr_chunks * sizeof(*kernel->chunks);

	if (memcmp(header->magic, magic, sizeof(magic)) ||
	    header->header_bytes != sizeof(*header) || !header->nr_chunks ||
	    header->nr_chunks > MAX_CHUNKS || bytes > kernel->data_bytes - sizeof(*header) ||
	    header->plan.nr_segments > IMAGE_MAX_SEGMENTS)
		return -1;
	kernel->chunks = malloc(bytes);
	if (!kernel->chunks)
		return -1;
	memcpy(kernel->chunks, header + 1, bytes);
	kernel->nr_chunks = header->nr_chunks;
	kernel->plan = header->plan;
	return chunks_are_sound(kernel) ? 0 : -1;
}

static void cache_forget(struct build_kernel *kernel)
{
	if (kernel->data)
		munmap(kernel->data, kernel->data_bytes);
	free(kernel->chunks);
	kernel->data = NULL;
	kernel->chunks = NULL;
	kernel->nr_chunks = 0;
}

/* A byte of one file stands for each source: nothing is left of who dies. */
static struct flock cache_lock_of(const struct stat *source)
{
	return (struct flock){.l_type = F_WRLCK,
			      .l_whence = SEEK_SET,
			      .l_start = (off_t)(source->st_ino & (UINT64_MAX >> 2)),
			      .l_len = 1};
}

/* It may run when nobody else does, and we would wait as long. */
static void cache_hurry(int fd, const struct stat *source)
{
	const struct sched_param none = {0};
	struct flock lock = cache_lock_of(source);

	if (fcntl(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK || lock.l_pid <= 0)
		return;
	sched_setscheduler(lock.l_pid, SCHED_OTHER, &none);
	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, lock.l_pid, IO_PRIORITY_USUAL);
}

int cache_lock(const struct stat *source)
{
	struct flock lock = cache_lock_of(source);
	int folder = cache_open_folder(true), fd = -1;

	if (folder >= 0) {
		fd = openat(folder, ".lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		close(folder);
	}
	if (fd < 0 || !fcntl(fd, F_SETLK, &lock))
		return fd;
	cache_hurry(fd, source);
	while (fcntl(fd, F_SETLKW, &lock)) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -1;
	}
	return fd;
}

void cache_unlock(int lock)
{
	if (lock >= 0)
		close(lock);
}

bool cache_find(struct build_kernel *kernel, const struct stat *source)
{
	char name[NAME_MAX + 1];
	int folder = cache_open_folder(false), fd = -1;
	bool found = false;

	if (folder >= 0 && !cache_name(source, name))
		fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		found = !cache_map(kernel, fd) && !cache_take(kernel);
		if (!found)
			cache_forget(kernel);
		futimens(fd, NULL);
		close(fd);
	}
	if (folder >= 0)
		close(folder);
	return found;
}

struct entry {
	char name[NAME_MAX + 1];
	struct timespec used;
};

static bool entry_is_older(const struct entry *a, const struct entry *b)
{
	return a->used.tv_sec != b->used.tv_sec ? a->used.tv_sec < b->used.tv_sec
						: a->used.tv_nsec < b->used.tv_nsec;
}

/* Removes files of earlier starts of the machine; of the others, returns their count and the one
 * that was used least recently. */
static int cache_sweep(int folder, struct entry *oldest)
{
	char id[BOOT_ID_LENGTH + 1];
	int copy = dup(folder), count = 0;
	DIR *list = copy >= 0 && !cache_read_boot_id(id) ? fdopendir(copy) : NULL;
	struct dirent *found;

	if (!list) {
		if (copy >= 0)
			close(copy);
		return 0;
	}
	rewinddir(list);
	while ((found = readdir(list))) {
		struct entry entry;
		struct stat status;

		if (found->d_name[0] == '.' ||
		    fstatat(folder, found->d_name, &status, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(status.st_mode))
			continue;
		if (strncmp(found->d_name, id, BOOT_ID_LENGTH)) {
			unlinkat(folder, found->d_name, 0);
			continue;
		}
		memcpy(entry.name, found->d_name, sizeof(found->d_name));
		entry.used = status.st_mtim;
		if (!count++ || entry_is_older(&entry, oldest))
			*oldest = entry;
	}
	closedir(list);
	return count;
}

/* A folder in memory takes of what dom0 itself may need. */
static bool cache_has_room(int folder, size_t bytes)
{
	struct statfs system;
	struct sysinfo memory;

	if (fstatfs(folder, &system) || sysinfo(&memory))
		return false;
	if (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC)
		return bytes < memory.freeram * memory.mem_unit / 4;
	return bytes < system.f_bavail * system.f_bsize / 4;
}

/* A file's contents while they are made. */
struct writing {
	const struct build_kernel *kernel;
	uint8_t *at;
	size_t bytes, room;
	struct kernel_chunk *chunks;
};

static void write_chunk(struct writing *writing, uint32_t i)
{
	struct kernel_chunk *to = &writing->chunks[i];
	const uint8_t *from = writing->kernel->data + writing->kernel->chunks[i].offset;
	int packed;

	*to = writing->kernel->chunks[i];
	to->offset = writing->bytes;
	packed = LZ4_compress_default((const char *)from, (char *)writing->at + writing->bytes,
				      (int)to->bytes, (int)(writing->room - writing->bytes));
	if (packed > 0 && (uint32_t)packed < to->bytes) {
		to->stored = (uint32_t)packed;
	} else {
		memcpy(writing->at + writing->bytes, from, to->bytes);
	}
	writing->bytes += to->stored;
}

static int cache_make_contents(struct writing *writing)
{
	const struct build_kernel *kernel = writing->kernel;
	size_t table = kernel->nr_chunks * sizeof(*kernel->chunks);
	struct cache_header *header;

	writing->bytes = sizeof(*header) + table;
	writing->room = writing->bytes;
	for (uint32_t i = 0; i < kernel->nr_chunks; i++)
		writing->room += LZ4_COMPRESSBOUND(kernel->chunks[i].bytes);
	writing->at = mmap(NULL, writing->room, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (writing->at == MAP_FAILED)
		return -1;
	header = (struct cache_header *)writing->at;
	memcpy(header->magic, magic, sizeof(magic));
	header->header_bytes = sizeof(*header);
	header->nr_chunks = kernel->nr_chunks;
	header->plan = kernel->plan;
	writing->chunks = (struct kernel_chunk *)(header + 1);
	for (uint32_t i = 0; i < kernel->nr_chunks; i++)
		write_chunk(writing, i);
	return 0;
}

static int cache_write_all(int fd, const uint8_t *at, size_t bytes)
{
	while (bytes) {
		ssize_t wrote = write(fd, at, bytes);

		if (wrote <= 0 && !(wrote < 0 && errno == EINTR))
			return -1;
		at += wrote > 0 ? wrote : 0;
		bytes -= wrote > 0 ? wrote : 0;
	}
	return 0;
}

static void cache_write_file(int folder, const char *name, const struct writing *writing)
{
	char temporary[NAME_MAX + 1];
	int fd;

	snprintf(temporary, sizeof(temporary), "new-%d", getpid());
	fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (cache_write_all(fd, writing->at, writing->bytes) ||
	    renameat(folder, temporary, folder, name))
		unlinkat(folder, temporary, 0);
	close(fd);
}

/* The packed form takes the place of the other one, a third of its size, while dom0's memory is
 * short: what the file takes may be of it, too. */
static void cache_replace(struct build_kernel *kernel, const struct writing *writing)
{
	munmap(kernel->data, kernel->data_bytes);
	memcpy(kernel->chunks, writing->chunks, kernel->nr_chunks * sizeof(*kernel->chunks));
	kernel->data = writing->at;
	kernel->data_bytes = writing->room;
}

/* Times tick: a file that was written a moment ago may be written again without a new time. */
static bool cache_is_fresh(const struct stat *source)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return labs(source->st_mtim.tv_sec - now.tv_sec) <= 2;
}

void cache_keep(struct build_kernel *kernel, const struct stat *source)
{
	struct writing writing = {.kernel = kernel};
	char name[NAME_MAX + 1];
	struct entry oldest;
	int folder;

	if (!kernel->nr_chunks || kernel->nr_chunks > MAX_CHUNKS || cache_is_fresh(source) ||
	    cache_name(source, name))
		return;
	folder = cache_open_folder(true);
	if (folder < 0)
		return;
	if (!cache_make_contents(&writing)) {
		cache_replace(kernel, &writing);
		if (cache_sweep(folder, &oldest) >= MAX_FILES)
			unlinkat(folder, oldest.name, 0);
		if (cache_has_room(folder, writing.bytes))
			cache_write_file(folder, name, &writing);
	}
	close(folder);
}
