/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A disk as a configuration names it (xl-disk-configuration(5), xen-vbd-interface(7)): text to
 * struct disk_spec, virtual device names to numbers and back; pure. Then what the text means on
 * this machine: which back end serves it, whether the target is there, who else uses it.
 */
#ifndef LIBDOM_DISK_H
#define LIBDOM_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libctl/failure.h"

#define DISK_TARGET_BYTES 2048

enum disk_format {
	DISK_FORMAT_RAW,
	DISK_FORMAT_QCOW,
	DISK_FORMAT_QCOW2,
	DISK_FORMAT_VHD,
	DISK_FORMAT_QED,
	DISK_FORMAT_VMDK,
	DISK_FORMAT_VDI,
	DISK_FORMAT_VHDX,
	DISK_FORMAT_EMPTY, /* a CD drive without a disc */
	NR_DISK_FORMATS,
};

enum disk_backend {
	DISK_BACKEND_ANY, /* disk_resolve() chooses */
	DISK_BACKEND_PHY,
	DISK_BACKEND_QDISK,
};

enum disk_access {
	DISK_ACCESS_READ,
	DISK_ACCESS_WRITE,
	DISK_ACCESS_SHARED, /* "w!": write, whoever else does */
};

struct disk_spec {
	char target[DISK_TARGET_BYTES]; /* "": none; a path is absolute */
	char vdev[32];			/* as named, "xvda" */
	uint32_t number;		/* the same as the store has it; the devid */
	enum disk_format format;
	enum disk_backend backend;
	enum disk_access access;
	bool cdrom;
	bool no_discard;
	bool direct_io_safe;
	bool untrusted;
	char backend_domain[64]; /* "": domain 0 */
	char script[256];	 /* "": none; else an absolute path */
};

/* Where in a specification something is wrong: columns count bytes from 1. */
struct spec_error {
	unsigned int column;
	char text[200];
};

/* 0, or -1 with *error filled and *disk undefined. Reads nothing but text. */
int disk_parse(const char *text, struct disk_spec *disk, struct spec_error *error);
/* Names a number as xen-vbd-interface(7) has them: xvda, hdc1, sdb2, d536p37, 51712. -1: none. */
int disk_vdev_parse(const char *name, uint32_t *number);
/* The canonical name, "xvda1"; the number itself where none names it. */
void disk_vdev_format(uint32_t number, char name[32]);
/* "raw", "qcow2", …, as xl and the store say it. */
const char *disk_format_name(enum disk_format format);
/* "disk xvda (/dev/vg/web)", the object of failures. */
void disk_describe(const struct disk_spec *disk, char *object, size_t bytes);

/* What a target is on this machine; two targets are one image when kind, device and inode are. */
struct disk_identity {
	enum { DISK_NOTHING, DISK_FILE, DISK_BLOCK } kind;
	dev_t device; /* of the file system, or the block device itself */
	ino_t inode;  /* 0 for a block device */
};
/* Follows symbolic links. 0, or -1 with errno. A loop device is the file behind it. */
int disk_identify(const char *path, struct disk_identity *identity);
bool disk_is_same(const struct disk_identity *a, const struct disk_identity *b);
/* The same, or a block device and a partition of it. */
bool disk_overlaps(const struct disk_identity *a, const struct disk_identity *b);
/* As one word: "file-fe01-1234", "block-8-16". */
void disk_format_identity(const struct disk_identity *identity, char text[64]);

/* Chooses the back end where the specification leaves it open, and refuses what no back end serves
 * or what isn't there: before anything is created. */
int disk_resolve(struct disk_spec *disk, struct failure *failure);

#endif
