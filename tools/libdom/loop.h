/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loop devices: a file as a block device for the kernel's back end. While a struct loop is open the
 * kernel takes the device back by itself when this program ends; loop_keep() hands it over to
 * whoever removes the guest. Functions return 0, or -1 with errno.
 */
#ifndef LIBDOM_LOOP_H
#define LIBDOM_LOOP_H

#include <stdbool.h>
#include <sys/types.h>

#include "libdom/disk.h"

struct loop {
	int fd; /* -1: none */
	dev_t number;
	char path[32]; /* "/dev/loop3" */
};

/* Direct I/O where the file's place allows it. */
int loop_attach(const char *file, bool read_only, struct loop *loop);
/* The device stays until loop_detach(). Closes it in any case. */
int loop_keep(struct loop *loop);
/* The device goes, unless it was kept. */
void loop_drop(struct loop *loop);
/* Frees /dev/loopN; if it is still open the kernel does that at the last close. None: no error. */
int loop_detach(const char *path);
/* The file behind a device; ENXIO when there is none. */
int loop_identify(dev_t number, struct disk_identity *identity);

#endif
