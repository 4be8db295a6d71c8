/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Groups in a mapped file. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "xenstored/journal_file.h"

#define GROWTH ((size_t)32 << 10)

/* Eight bytes at a time: len is a multiple of 8. */
static uint32_t group_checksum(uint64_t sequence, const char *bytes, size_t len)
{
	uint64_t sum = sequence * 0x9e3779b97f4a7c15ULL, word;

	for (size_t at = 0; at < len; at += sizeof(word)) {
		memcpy(&word, bytes + at, sizeof(word));
		sum = (sum ^ word) * 0x9fb21c651e98df25ULL;
		sum ^= sum >> 32;
	}
	return (uint32_t)(sum ^ len);
}

/* A write to a page that the file system has no memory for would kill the process, so it has to
 * promise the memory first, where it can. */
static int file_reserve(int fd, size_t at, size_t len)
{
	if (!fallocate(fd, 0, (off_t)at, (off_t)len))
		return 0;
	if (errno != EOPNOTSUPP)
		return -errno;
	return ftruncate(fd, (off_t)(at + len)) ? -errno : 0;
}

static int file_grow(struct journal_file *file, size_t wanted)
{
	size_t room = (wanted + GROWTH - 1) & ~(GROWTH - 1);
	int error = file_reserve(file->fd, file->room, room - file->room);
	void *bytes;

	if (error)
		return error;
	bytes = file->bytes ? mremap(file->bytes, file->room, room, MREMAP_MAYMOVE)
			    : mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, file->fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	file->bytes = bytes;
	file->room = room;
	return 0;
}

void journal_header_init(struct journal_header *header)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);

	memset(header, 0, sizeof(*header));
	memcpy(header->magic, JOURNAL_MAGIC, sizeof(header->magic));
	header->snapshot_bytes = UINT64_MAX;
	if (fd < 0)
		return;
	if (read(fd, header->boot, sizeof(header->boot)) < 0)
		memset(header->boot, 0, sizeof(header->boot));
	close(fd);
}

int journal_file_create(struct journal_file *file, const char *path)
{
	struct journal_header header;
	int error;

	journal_header_init(&header);
	memset(file, 0, sizeof(*file));
	unlink(path);
	file->fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file->fd < 0)
		return -errno;
	error = file_grow(file, sizeof(header));
	if (error) {
		journal_file_close(file);
		unlink(path);
		return error;
	}
	memcpy(file->bytes, &header, sizeof(header));
	file->len = sizeof(header);
	return 0;
}

void journal_file_close(struct journal_file *file)
{
	if (file->bytes)
		munmap(file->bytes, file->room);
	if (file->fd >= 0)
		close(file->fd);
	memset(file, 0, sizeof(*file));
	file->fd = -1;
}

int journal_file_append(struct journal_file *file, const void *bytes, size_t len)
{
	struct journal_group group = {.sequence = file->sequence + 1};
	size_t end = file->len + sizeof(group) + len;
	int error = end > file->room ? file_grow(file, end) : 0;
	char *place = file->bytes + file->len;

	if (error)
		return error;
	group.checksum = group_checksum(group.sequence, bytes, len);
	memcpy(place + sizeof(group), bytes, len);
	memcpy(place, &group, sizeof(group));
	__atomic_store_n((uint32_t *)(void *)place, (uint32_t)len, __ATOMIC_RELEASE);
	file->len = end;
	file->sequence++;
	return 0;
}

void journal_file_end_snapshot(struct journal_file *file)
{
	uint64_t snapshot_bytes = file->len;

	memcpy(file->bytes + offsetof(struct journal_header, snapshot_bytes), &snapshot_bytes,
	       sizeof(snapshot_bytes));
}

const void *journal_next_group(const void *bytes, size_t len, size_t *at, uint64_t sequence,
			       size_t *group_len)
{
	const char *place = (const char *)bytes + *at;
	struct journal_group group;

	if (len - *at < sizeof(group))
		return NULL;
	memcpy(&group, place, sizeof(group));
	if (!group.len || (group.len & 7) || group.len > len - *at - sizeof(group) ||
	    group.sequence != sequence ||
	    group.checksum != group_checksum(sequence, place + sizeof(group), group.len))
		return NULL;
	*at += sizeof(group) + group.len;
	*group_len = group.len;
	return place + sizeof(group);
}
