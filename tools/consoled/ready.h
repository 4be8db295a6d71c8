/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells who started this program that it is ready: one byte to a descriptor, or READY=1 to the
 * socket that $NOTIFY_SOCKET names.
 */
#ifndef CONSOLED_READY_H
#define CONSOLED_READY_H

/* fd -1: there is none. It is closed. */
void ready_tell(int fd);

#endif
