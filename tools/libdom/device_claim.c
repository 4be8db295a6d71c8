/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may use an image: a writer alone, readers together, "w!" whatever others do. Users are known by
 * device identity, from the back ends of all guests, from the mount table of domain 0, and from
 * guests that are being created: those hold a lock on a file of the identity's name, which the
 * kernel drops if they fail half-way.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "libdom/device_internal.h"

#define STAGE "claiming the disks"
#define CLAIM_DIRECTORY "/run/trestle/claims"

struct device_claim {
	size_t count;
	struct {
		int fd;
		char path[128];
	} locks[];
};

struct user {
	struct disk_identity identity;
	bool is_writer;
};

struct claiming {
	struct store *store;
	uint32_t except_domid;
	const struct disk_spec *disk;
	struct disk_identity identity;
	struct failure *failure;
};

static int claim_fail(struct claiming *claiming, const char *cause)
{
	char object[200];

	disk_describe(claiming->disk, object, sizeof(object));
	return failure_set(claiming->failure, FAILURE_BUSY, STAGE, object, cause,
			   claiming->disk->access == DISK_ACCESS_READ
				   ? "wait until it is not written to any more"
				   : "free it, take it read-only, or share it with access w!");
}

static bool is_conflict(const struct claiming *claiming, const struct user *user)
{
	return disk_overlaps(&claiming->identity, &user->identity) &&
	       (user->is_writer || claiming->disk->access != DISK_ACCESS_READ);
}

/* Back ends of guests */

/* A back end's image by its block device; 1: it has one. */
static int read_physical(struct store *store, const char *directory, struct disk_identity *identity)
{
	char *text = store_read(store, "%s/physical-device", directory);
	unsigned int major_number, minor_number;
	int found = text && sscanf(text, "%x:%x", &major_number, &minor_number) == 2;

	free(text);
	if (!found)
		return 0;
	if (loop_identify(makedev(major_number, minor_number), identity))
		*identity = (struct disk_identity){.kind = DISK_BLOCK,
						   .device = makedev(major_number, minor_number)};
	return 1;
}

static int read_params(struct store *store, const char *directory, bool has_format,
		       struct disk_identity *identity)
{
	char *text = store_read(store, "%s/params", directory), *path = text;
	int found;

	if (text && has_format && strchr(text, ':'))
		path = strchr(text, ':') + 1;
	found = path && *path && disk_identify(path, identity) == 0;
	free(text);
	return found;
}

static int check_backend(struct claiming *claiming, const char *type, const char *domid,
			 const char *devid)
{
	struct store *store = claiming->store;
	char directory[DEVICE_PATH_BYTES], cause[160], *mode;
	struct user user = {0};

	snprintf(directory, sizeof(directory), DEVICE_BACKEND_ROOT "/%s/%.16s/%.16s", type, domid,
		 devid);
	if (!read_physical(store, directory, &user.identity) &&
	    !read_params(store, directory, strcmp(type, "qdisk") == 0, &user.identity))
		return 0;
	if (!disk_overlaps(&claiming->identity, &user.identity))
		return 0;
	mode = store_read(store, "%s/mode", directory);
	user.is_writer = mode && strchr(mode, 'w');
	free(mode);
	if (!is_conflict(claiming, &user))
		return 0;
	snprintf(cause, sizeof(cause), "domain %.16s uses it%s", domid,
		 user.is_writer ? " and writes to it" : "");
	return claim_fail(claiming, cause);
}

static int check_backends_of(struct claiming *claiming, const char *type, const char *domid)
{
	unsigned int count;
	char **names = store_list(claiming->store, &count, DEVICE_BACKEND_ROOT "/%s/%s", type,
				  domid);
	int result = 0;

	for (unsigned int i = 0; names && i < count && !result; i++)
		result = check_backend(claiming, type, domid, names[i]);
	free(names);
	return result;
}

static int check_backends(struct claiming *claiming, const char *type)
{
	unsigned int count;
	char **names = store_list(claiming->store, &count, DEVICE_BACKEND_ROOT "/%s", type);
	int result = 0;

	for (unsigned int i = 0; names && i < count && !result; i++)
		if (strtoul(names[i], NULL, 10) != claiming->except_domid)
			result = check_backends_of(claiming, type, names[i]);
	free(names);
	return result;
}

/* Domain 0 */

static bool has_option(const char *options, const char *option)
{
	size_t length = strlen(option);

	for (const char *p = options; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (strncmp(p, option, length) == 0 && (!p[length] || p[length] == ','))
			return true;
	}
	return false;
}

/* A line of mountinfo: … major:minor … - type source options; 0: nothing on a block device. */
static int parse_mount(char *line, struct user *user)
{
	unsigned int major_number, minor_number;
	char source[512], options[256];
	const char *tail = strstr(line, " - ");

	if (!tail || sscanf(line, "%*d %*d %u:%u", &major_number, &minor_number) != 2 ||
	    sscanf(tail + 3, "%*s %511s %255s", source, options) != 2)
		return 0;
	user->is_writer = !has_option(options, "ro");
	if (!major_number)
		return source[0] == '/' && disk_identify(source, &user->identity) == 0;
	if (loop_identify(makedev(major_number, minor_number), &user->identity))
		user->identity = (struct disk_identity){
			.kind = DISK_BLOCK, .device = makedev(major_number, minor_number)};
	return 1;
}

static int check_mounts(struct claiming *claiming)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t room = 0;
	int result = 0;

	while (mounts && !result && getline(&line, &room, mounts) > 0) {
		struct user user = {0};

		if (parse_mount(line, &user) && is_conflict(claiming, &user))
			result = claim_fail(claiming,
					    user.is_writer ? "domain 0 has it mounted for writing"
							   : "domain 0 has it mounted");
	}
	free(line);
	if (mounts)
		fclose(mounts);
	return result;
}

/* Mounted in parts, or swap, LVM, RAID: whoever holds it alone does not let another. */
static int check_exclusive(struct claiming *claiming)
{
	int fd;

	if (claiming->identity.kind != DISK_BLOCK || claiming->disk->access == DISK_ACCESS_READ)
		return 0;
	fd = open(claiming->disk->target, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd < 0 && errno == EBUSY)
		return claim_fail(claiming,
				  "domain 0 uses it or a part of it (mounted, swap, LVM, RAID)");
	if (fd >= 0)
		close(fd);
	return 0;
}

/* Guests to be */

/* A descriptor with the lock, on the file that has the path now; -1 with errno. */
static int open_lock(const char *path, int operation)
{
	struct stat status;

	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), error;

		if (fd < 0)
			return -1;
		if (flock(fd, operation | LOCK_NB) == 0 && fstat(fd, &status) == 0) {
			if (status.st_nlink)
				return fd;
			errno = 0;
		}
		error = errno;
		close(fd);
		errno = error;
		/* Its last holder took the file away between our two calls. */
		if (error)
			return -1;
	}
}

static int take_lock(struct claiming *claiming, struct device_claim *claim)
{
	char word[64], *path = claim->locks[claim->count].path;
	bool is_alone = claiming->disk->access == DISK_ACCESS_WRITE;
	int fd;

	disk_format_identity(&claiming->identity, word);
	snprintf(path, sizeof(claim->locks[0].path), CLAIM_DIRECTORY "/%s", word);
	fd = open_lock(path, is_alone ? LOCK_EX : LOCK_SH);
	if (fd >= 0) {
		claim->locks[claim->count++].fd = fd;
		return 0;
	}
	if (errno == EWOULDBLOCK)
		return claim_fail(claiming, "a guest that is being created has claimed it, "
					    "or this one has it twice");
	return failure_set_errno(claiming->failure, FAILURE_REFUSED, errno, STAGE, path,
				 "make the directory writable");
}

static int claim_disk(struct claiming *claiming, struct device_claim *claim)
{
	const struct disk_spec *disk = claiming->disk;
	char object[200];

	/* A script's target is the script's to know. */
	if (disk->format == DISK_FORMAT_EMPTY || disk->script[0] ||
	    disk->access == DISK_ACCESS_SHARED)
		return 0;
	if (disk_identify(disk->target, &claiming->identity)) {
		disk_describe(disk, object, sizeof(object));
		return failure_set_errno(claiming->failure, FAILURE_NOT_FOUND, errno, STAGE, object,
					 "correct the disk's target");
	}
	if (claiming->store &&
	    (check_backends(claiming, "vbd") || check_backends(claiming, "qdisk")))
		return -1;
	if (check_mounts(claiming) || check_exclusive(claiming))
		return -1;
	return take_lock(claiming, claim);
}

int device_claim_disks(struct store *store, const struct disk_spec *disks, size_t nr_disks,
		       uint32_t except_domid, struct device_claim **out, struct failure *failure)
{
	struct claiming claiming = {
		.store = store, .except_domid = except_domid, .failure = failure};
	struct device_claim *claim = calloc(1, sizeof(*claim) + nr_disks * sizeof(claim->locks[0]));

	if (!claim)
		return failure_set_errno(failure, FAILURE_NO_MEMORY, ENOMEM, STAGE, "the disks",
					 "");
	mkdir("/run/trestle", 0755);
	mkdir(CLAIM_DIRECTORY, 0700);
	for (size_t i = 0; i < nr_disks; i++) {
		claiming.disk = &disks[i];
		if (claim_disk(&claiming, claim)) {
			device_claim_release(claim);
			return -1;
		}
	}
	*out = claim;
	return 0;
}

void device_claim_release(struct device_claim *claim)
{
	if (!claim)
		return;
	for (size_t i = 0; i < claim->count; i++) {
		/* The last holder takes the file away: another's lock on it would be none. */
		if (flock(claim->locks[i].fd, LOCK_EX | LOCK_NB) == 0)
			unlink(claim->locks[i].path);
		close(claim->locks[i].fd);
	}
	free(claim);
}
