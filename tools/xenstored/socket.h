/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Local clients: programs of dom0, privileged, over a stream socket that only root can reach.
 */
#ifndef XENSTORED_SOCKET_H
#define XENSTORED_SOCKET_H

#include "xenstored/loop.h"

/* Listens at the path, made anew with mode 0600; the folder is made at need. -errno. */
int socket_listen(struct server *server, const char *path);

/* Makes the folder of a file and those above it, as far as they are missing; whoever opens the file
 * says what is wrong. */
void socket_make_folder(const char *path);

/* Goes on with inherited descriptors: the listening one, and one client (which is returned, NULL
 * without memory). */
int socket_adopt_listener(struct server *server, int fd);
struct connection *socket_adopt(struct server *server, int fd);

/* The descriptor of a connection, -1 if it is no socket. */
int socket_fd(const struct connection *connection);

/* Frees the clients that were cut. */
void socket_sweep(struct server *server);

/* Closes all clients and the listener. */
void socket_close_all(struct server *server);

#endif
