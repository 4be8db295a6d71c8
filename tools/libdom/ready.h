/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Telling who started a resident program that it is ready.
 */
#ifndef LIBDOM_READY_H
#define LIBDOM_READY_H

/* READY=1 to $NOTIFY_SOCKET, and a byte to fd, which is closed; -1: none. */
void ready_tell(int fd);

#endif
