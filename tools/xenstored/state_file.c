/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeping the state over a stop and a start. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xenstored/domain.h"
#include "xenstored/journal.h"
#include "xenstored/socket.h"
#include "xenstored/state.h"
#include "xenstored/state_file.h"

#define NAME_BYTES 4096

static struct connection *file_adopt_socket(struct server *server, int fd)
{
	(void)server;
	(void)fd;
	return NULL;
}

/* The old process' end is closed: the guest's port waits for dom0 again. */
static struct connection *file_adopt_domain(struct server *server, const struct state_domain *saved)
{
	struct domain *domain = domain_find(server, saved->domid);
	int port;

	if (!server->hypervisor)
		return NULL;
	port = hypervisor_bind(server->hypervisor, saved->domid, saved->remote_port);
	if (port < 0)
		return NULL;
	if (domain_adopt(domain, port, saved->remote_port)) {
		hypervisor_unbind(server->hypervisor, port);
		return NULL;
	}
	domain->connection.is_cut = saved->is_cut;
	return &domain->connection;
}

static int file_adopt_global(struct server *server, const struct state_global *saved)
{
	(void)server;
	(void)saved;
	return 0;
}

static const struct state_hooks file_hooks = {.adopt_socket = file_adopt_socket,
					      .adopt_domain = file_adopt_domain,
					      .adopt_global = file_adopt_global,
					      .socket_fd = socket_fd};

static int file_write(const char *name, const struct state_bytes *state)
{
	FILE *file = fopen(name, "we");
	bool is_written;

	if (!file)
		return -errno;
	is_written = !fchmod(fileno(file), 0600) &&
		     fwrite(state->bytes, 1, state->len, file) == state->len;
	return fclose(file) || !is_written ? -EIO : 0;
}

static const char *file_name(char *text, const char *name, const char *suffix)
{
	snprintf(text, NAME_BYTES, "%s.%s", name, suffix);
	return text;
}

int state_file_claim(struct server *server, const char *name)
{
	static struct slots slots;
	char path[NAME_BYTES];
	int error;

	socket_make_folder(name);
	error = slots_open(&slots, file_name(path, name, "rings"));
	if (error && error != -EBUSY)
		log_error("%s cannot be used: %s; a crash would lose the store", path,
			  strerror(-error));
	else if (!error)
		server->slots = &slots;
	return error == -EBUSY ? error : 0;
}

void state_file_begin(struct server *server, const char *name)
{
	char path[NAME_BYTES];

	if (!server->slots)
		return;
	domain_keep_all(server);
	server->journal = journal_open(server, file_name(path, name, "journal"));
	unlink(name);
}

static int file_save(const struct server *server, const char *name)
{
	struct state_bytes state;
	char fresh[NAME_BYTES];
	int error = state_save(server, &file_hooks, -1, &state);

	if (!error) {
		error = file_write(file_name(fresh, name, "new"), &state);
		free(state.bytes);
		if (!error && rename(fresh, name))
			error = -errno;
	}
	return error;
}

void state_file_end(struct server *server, const char *name)
{
	int error = file_save(server, name);

	if (error)
		log_error("the state file %s cannot be written: %s; %s", name, strerror(-error),
			  server->journal ? "the journal stays" : "the state is lost");
	journal_close(server->journal, !error);
}

void state_file_release(struct server *server, const char *name)
{
	char path[NAME_BYTES];

	if (!server->slots)
		return;
	if (access(name, F_OK) == 0)
		unlink(file_name(path, name, "rings"));
	slots_close(server->slots);
	server->slots = NULL;
}

static int file_restore(struct server *server, int fd)
{
	struct stat stat;
	void *bytes;
	int error;

	if (fstat(fd, &stat))
		return -errno;
	bytes = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	error = state_restore(server, &file_hooks, bytes, (size_t)stat.st_size);
	munmap(bytes, (size_t)stat.st_size);
	return error;
}

/* As new, but for what was opened already and the limits of the command line. */
static int file_start_over(struct server *server)
{
	struct server old = *server;

	domain_release_all(server);
	server_fini(server);
	if (server_init(server))
		return -ENOMEM;
	server->hypervisor = old.hypervisor;
	server->epoll_fd = old.epoll_fd;
	server->slots = old.slots;
	server->exception_port = old.exception_port;
	memcpy(server->store.accounts.limit, old.store.accounts.limit,
	       sizeof(old.store.accounts.limit));
	return 0;
}

/* Of an orderly end; without it, of a crash. */
static int file_load(struct server *server, const char *name, char *path)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	int error;

	if (fd >= 0) {
		snprintf(path, NAME_BYTES, "%s", name);
		error = file_restore(server, fd);
		close(fd);
		return error;
	}
	error = server->slots ? journal_load(server, file_name(path, name, "journal")) : -ENOENT;
	if (error == -ENOENT)
		return 0;
	if (!error) {
		log_error("the store was not ended orderly: %u nodes come from its journal",
			  server->store.nr_nodes);
		domain_resume_all(server);
	}
	return error;
}

int state_file_load(struct server *server, const char *name)
{
	char path[NAME_BYTES];
	int error = file_load(server, name, path);

	if (!error)
		return 0;
	log_error("the state in %s cannot be taken over: %s; starting empty", path,
		  strerror(-error));
	return file_start_over(server);
}
