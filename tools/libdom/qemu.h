/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU as the disk back end of one guest: at most one process a guest, for images that the kernel
 * cannot serve. Started when the nodes of its disks are in the store, it answers on its control
 * socket when it has opened them. Its process id is in /local/domain/<domid>/image/device-model-pid.
 */
#ifndef LIBDOM_QEMU_H
#define LIBDOM_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libctl/failure.h"
#include "libdom/disk.h"

/* The first of those that Debian installs, or what qemu_use_program() said; NULL: none. */
const char *qemu_find_program(void);
/* Borrowed. */
void qemu_use_program(const char *path);

/* A process that is being started. */
struct qemu {
	pid_t pid;
	int pidfd;	  /* readable: it ended */
	int control;	  /* the socket, readable: qemu_step() */
	char answer[512]; /* of the line under way, what fits */
	size_t length;
	unsigned int nr_awaited; /* answers that are still to come */
	char refusal[300];	 /* the first answer that was a no, "" */
	char log[256];
};

/* Starts it; nothing waits here. */
int qemu_start(uint32_t domid, const char *name, const char *log_directory, struct qemu *qemu,
	       struct failure *failure);
/* One that runs is spoken to again; pid and pidfd stay empty. */
int qemu_connect(uint32_t domid, struct qemu *qemu, struct failure *failure);
/* Asks for the device of a disk for which disk_opens_read_only(); its nodes are in the store, with
 * "online" 0. Before the first qemu_step(). -1 with errno. */
int qemu_add_image(struct qemu *qemu, const struct disk_spec *disk);
bool disk_opens_read_only(const struct disk_spec *disk);
/* After control or pidfd became readable: 1 it serves and has answered all that was asked, 0 not yet,
 * -1 it ended or is broken. */
int qemu_step(struct qemu *qemu, struct failure *failure);
/* Closes our ends; the process goes on. */
void qemu_release(struct qemu *qemu);

/* Where a guest's QEMU writes what it has to say. */
void qemu_log_path(const char *log_directory, const char *name, char path[256]);
/* The last line of a log that is not empty, or the last that has `about' in it if that is not NULL and
 * there is one; for failures. "" when it says nothing. */
void qemu_last_words(const char *log, const char *about, char *line, size_t bytes);

/* A descriptor of the process that is this guest's QEMU, -1: there is none (any more). */
int qemu_find_running(pid_t pid, uint32_t domid);
/* Asks it to end, or at once when forced. The descriptor is readable when it did; then qemu_reap(). */
void qemu_signal(int pidfd, bool forced);
/* Collects its end if it was our child, and removes its socket. */
void qemu_reap(pid_t pid, uint32_t domid);

#endif
