/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clients on the socket. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "xenstored/socket.h"

struct client {
	struct connection connection;
	struct source source;
	bool is_blocked; /* waits for room to send, and reads nothing until then */
	TAILQ_ENTRY(client) dead;
};

static TAILQ_HEAD(, client) dead_clients = TAILQ_HEAD_INITIALIZER(dead_clients);
static struct source listener = {.fd = -1};
static bool is_full; /* no descriptors are left: nobody is accepted until a client goes */

static struct client *socket_client(const struct connection *connection)
{
	return object_of(connection, struct client, connection);
}

static ssize_t socket_receive(struct connection *connection, void *bytes, size_t len)
{
	ssize_t got = recv(socket_client(connection)->source.fd, bytes, len, MSG_DONTWAIT);

	if (got > 0)
		return got;
	if (!got)
		return -EPIPE;
	return errno == EAGAIN || errno == EINTR ? 0 : -errno;
}

static ssize_t socket_send(struct connection *connection, const void *bytes, size_t len)
{
	struct client *client = socket_client(connection);
	ssize_t sent = send(client->source.fd, bytes, len, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	if (sent < 0)
		sent = 0;
	if ((size_t)sent < len && !client->is_blocked) {
		client->is_blocked = true;
		loop_change(connection->server, &client->source, EPOLLOUT);
	}
	return sent;
}

static void socket_cut(struct connection *connection, uint32_t error)
{
	struct client *client = socket_client(connection);

	(void)error;
	loop_remove(connection->server, &client->source);
	TAILQ_INSERT_TAIL(&dead_clients, client, dead);
}

static const struct transport socket_transport = {.receive = socket_receive,
						  .send = socket_send,
						  .cut = socket_cut,
						  .tells_again = true,
						  .name = "socket"};

int socket_fd(const struct connection *connection)
{
	if (connection->transport != &socket_transport)
		return -1;
	return socket_client(connection)->source.fd;
}

static void socket_handle(struct server *server, struct source *source, uint32_t events)
{
	struct client *client = object_of(source, struct client, source);

	if (client->connection.is_cut)
		return;
	if (client->is_blocked && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))) {
		client->is_blocked = false;
		loop_change(server, source, EPOLLIN);
		connection_flush(&client->connection);
	}
	if (events & EPOLLIN)
		server_mark_ready(&client->connection);
	else if (events & (EPOLLHUP | EPOLLERR))
		connection_cut(&client->connection, XENSTORE_ERROR_COMM);
}

struct connection *socket_adopt(struct server *server, int fd)
{
	struct client *client = calloc(1, sizeof(*client));
	struct account *account = account_get(&server->store.accounts, 0);

	if (!client || !account) {
		free(client);
		return NULL;
	}
	client->source = (struct source){.fd = fd, .handle = socket_handle};
	client->connection.subject =
		(struct subject){.domid = 0, .target = DOMAIN_NONE, .privileged = true};
	connection_init(&client->connection, server, &socket_transport, account);
	account_put(account);
	if (!loop_add(server, &client->source, EPOLLIN))
		return &client->connection;
	connection_fini(&client->connection);
	free(client);
	return NULL;
}

static void socket_refuse(struct server *server, int error)
{
	if (error == EAGAIN || error == EINTR || error == ECONNABORTED)
		return;
	log_error("a client could not be accepted: %s; others have to go first", strerror(error));
	is_full = true;
	loop_change(server, &listener, 0);
}

static void socket_accept(struct server *server, struct source *source, uint32_t events)
{
	int fd = accept4(source->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0) {
		socket_refuse(server, errno);
		return;
	}
	if (!socket_adopt(server, fd)) {
		log_error("a client was turned away: no memory");
		close(fd);
	}
}

int socket_adopt_listener(struct server *server, int fd)
{
	listener = (struct source){.fd = fd, .handle = socket_accept};
	server->listen_fd = fd;
	return loop_add(server, &listener, EPOLLIN);
}

void socket_make_folder(const char *path)
{
	char folder[4096];

	snprintf(folder, sizeof(folder), "%s", path);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(folder, 0755);
		*slash = '/';
	}
}

/* Is somebody serving there already, or has no time to? A socket that nobody listens on is a dead
 * one's. */
static bool socket_is_taken(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool is_taken = fd >= 0 &&
			(!connect(fd, (const struct sockaddr *)address, sizeof(*address)) ||
			 errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return is_taken;
}

/* Whoever waits for the socket may connect as soon as it is there: it listens before it has its name. */
static int socket_bind(int fd, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int error;

	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s.new", path) >=
	    (int)sizeof(address.sun_path))
		return -ENAMETOOLONG;
	unlink(address.sun_path);
	umask(0177);
	error = bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 128) ||
				rename(address.sun_path, path)
			? -errno
			: 0;
	umask(022);
	return error;
}

int socket_listen(struct server *server, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, error;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	if (socket_is_taken(&address))
		return -EADDRINUSE;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	socket_make_folder(path);
	error = socket_bind(fd, path);
	if (!error)
		error = socket_adopt_listener(server, fd);
	if (error)
		close(fd);
	return error;
}

static void socket_free(struct client *client)
{
	struct server *server = client->connection.server;

	connection_fini(&client->connection);
	close(client->source.fd);
	free(client);
	if (is_full && listener.fd >= 0)
		loop_change(server, &listener, EPOLLIN);
	is_full = false;
}

void socket_sweep(struct server *server)
{
	struct client *client;

	(void)server;
	while ((client = TAILQ_FIRST(&dead_clients))) {
		TAILQ_REMOVE(&dead_clients, client, dead);
		socket_free(client);
	}
}

void socket_close_all(struct server *server)
{
	struct connection *connection;

	TAILQ_FOREACH(connection, &server->connections, all)
	if (socket_fd(connection) >= 0)
		connection_cut(connection, XENSTORE_ERROR_COMM);
	socket_sweep(server);
	if (listener.fd >= 0) {
		loop_remove(server, &listener);
		close(listener.fd);
		listener.fd = -1;
	}
}
