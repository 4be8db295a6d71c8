/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handing over to a new binary, and taking over in it. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xenstored/domain.h"
#include "xenstored/events.h"
#include "xenstored/socket.h"
#include "xenstored/state.h"
#include "xenstored/update.h"

#define MAX_ARGUMENTS 64
/* Whatever the file is called: it may hold other programs as well, and tells by this name. */
#define PROGRAM "xenstored"

static char **start_arguments;
static struct source checker = {.fd = -1};
static pid_t checker_pid;

void update_init(int argc, char **argv)
{
	(void)argc;
	start_arguments = argv;
}

static struct connection *update_adopt_socket(struct server *server, int fd)
{
	struct connection *connection;

	fcntl(fd, F_SETFD, FD_CLOEXEC);
	connection = socket_adopt(server, fd);
	if (!connection)
		close(fd);
	return connection;
}

static struct connection *update_adopt_domain(struct server *server,
					      const struct state_domain *saved)
{
	struct domain *domain = domain_find(server, saved->domid);

	if (!server->hypervisor || domain_adopt(domain, saved->port, saved->remote_port))
		return NULL;
	domain->connection.is_cut = saved->is_cut;
	return &domain->connection;
}

static int update_adopt_global(struct server *server, const struct state_global *saved)
{
	int error;

	server->exception_port = saved->exception_port;
	fcntl(saved->listen_fd, F_SETFD, FD_CLOEXEC);
	error = socket_adopt_listener(server, saved->listen_fd);
	if (error || saved->event_fd < 0)
		return error;
	server->hypervisor = hypervisor_open(saved->event_fd);
	return server->hypervisor ? events_add(server) : -ENODEV;
}

static const struct state_hooks live_hooks = {.adopt_socket = update_adopt_socket,
					      .adopt_domain = update_adopt_domain,
					      .adopt_global = update_adopt_global,
					      .socket_fd = socket_fd};

/* The state in a descriptor, mapped; NULL. */
static const void *update_map(int fd, size_t *len)
{
	struct stat stat;
	void *bytes;

	if (fstat(fd, &stat) || !stat.st_size)
		return NULL;
	*len = (size_t)stat.st_size;
	bytes = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
	return bytes == MAP_FAILED ? NULL : bytes;
}

int update_restore(struct server *server, int fd)
{
	size_t len = 0;
	const void *bytes = update_map(fd, &len);
	int error = bytes ? state_restore(server, &live_hooks, bytes, len) : -EINVAL;

	if (error) {
		log_error("the state of the live update cannot be taken over: %s",
			  strerror(-error));
		return error;
	}
	munmap((void *)(uintptr_t)bytes, len);
	close(fd);
	if (server->hypervisor)
		domain_check_all(server);
	log_event(NULL, "update", "took over %u nodes", server->store.nr_nodes);
	return 0;
}

/* What a check needs of connections: that they can be. */
static ssize_t check_receive(struct connection *connection, void *bytes, size_t len)
{
	(void)connection;
	(void)bytes;
	(void)len;
	return 0;
}

static ssize_t check_send(struct connection *connection, const void *bytes, size_t len)
{
	(void)connection;
	(void)bytes;
	(void)len;
	return 0;
}

static const struct transport check_transport = {
	.receive = check_receive, .send = check_send, .name = "check"};

static struct connection *check_adopt_socket(struct server *server, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	struct account *account = account_get(&server->store.accounts, 0);

	(void)fd;
	if (!connection || !account) {
		free(connection);
		return NULL;
	}
	connection_init(connection, server, &check_transport, account);
	account_put(account);
	return connection;
}

static struct connection *check_adopt_domain(struct server *server,
					     const struct state_domain *saved)
{
	struct domain *domain = domain_find(server, saved->domid);
	struct account *account = account_get(&server->store.accounts, saved->domid);

	if (!account)
		return NULL;
	connection_init(&domain->connection, server, &check_transport, account);
	account_put(account);
	domain->is_introduced = true;
	return &domain->connection;
}

static int check_adopt_global(struct server *server, const struct state_global *saved)
{
	(void)server;
	(void)saved;
	return 0;
}

static const struct state_hooks check_hooks = {.adopt_socket = check_adopt_socket,
					       .adopt_domain = check_adopt_domain,
					       .adopt_global = check_adopt_global,
					       .socket_fd = socket_fd};

static void check_end(struct server *server)
{
	struct connection *connection;
	struct domain *domain;

	LIST_FOREACH(domain, &server->domains, list)
	{
		if (domain->is_introduced)
			connection_fini(&domain->connection);
		domain->is_introduced = false;
	}
	while ((connection = TAILQ_FIRST(&server->connections))) {
		connection_fini(connection);
		free(connection);
	}
	domain_release_all(server);
	server_fini(server);
}

int update_check(struct server *server, int fd)
{
	size_t len = 0;
	const void *bytes = update_map(fd, &len);
	int error = bytes ? state_restore(server, &check_hooks, bytes, len) : -EINVAL;

	if (error)
		log_error("the state of the live update cannot be read: %s", strerror(-error));
	check_end(server);
	return error;
}

/* A memory file with the whole state; negative errno. */
static int update_write_state(const struct server *server)
{
	struct state_bytes state;
	int fd, error = state_save(server, &live_hooks, server->exception_port, &state);

	if (error)
		return error;
	fd = memfd_create("xenstored-state", MFD_CLOEXEC);
	for (size_t at = 0; fd >= 0 && at < state.len;) {
		ssize_t written = write(fd, state.bytes + at, state.len - at);

		if (written <= 0) {
			close(fd);
			fd = -1;
			break;
		}
		at += (size_t)written;
	}
	free(state.bytes);
	return fd < 0 ? -errno : fd;
}

static struct connection *update_requester(const struct server *server)
{
	struct connection *connection;

	TAILQ_FOREACH(connection, &server->connections, all)
	if (connection->id == server->update.connection_id && !connection->is_cut)
		return connection;
	return NULL;
}

static void update_answer(struct server *server, const char *text)
{
	struct connection *connection = update_requester(server);

	server->update.is_running = false;
	if (!connection)
		return;
	server->update.header.len = (uint32_t)strlen(text) + 1;
	connection_reply(connection, &server->update.header, text);
	if (connection->has_failed)
		connection_cut(connection, XENSTORE_ERROR_COMM);
}

static void update_checked(struct server *server, struct source *source, uint32_t ready)
{
	int status = 0;

	(void)ready;
	loop_remove(server, source);
	close(source->fd);
	source->fd = -1;
	waitpid(checker_pid, &status, 0);
	if (!server->update.is_running)
		return;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		server->update.is_due = true;
	else
		update_answer(server,
			      "the new binary cannot read the state; see its messages in the log");
}

/* The new binary has to show that it can read the state. */
static const char *update_start_checker(struct server *server)
{
	char number[16];
	char *arguments[] = {PROGRAM, "--check-only", "--restore-fd", number, NULL};
	posix_spawn_file_actions_t actions;
	int fd = update_write_state(server), error;

	if (fd < 0)
		return "no memory for the state";
	snprintf(number, sizeof(number), "%d", fd);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd, fd);
	error = posix_spawn(&checker_pid, server->update.binary, &actions, NULL, arguments,
			    environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fd);
	if (error)
		return "the new binary cannot be started";
	checker = (struct source){.fd = (int)syscall(SYS_pidfd_open, checker_pid, 0),
				  .handle = update_checked};
	if (checker.fd < 0 || loop_add(server, &checker, EPOLLIN)) {
		waitpid(checker_pid, NULL, 0);
		return "the new binary's check cannot be waited for";
	}
	return NULL;
}

static const char *update_set(char **field, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return "no memory";
	free(*field);
	*field = copy;
	return "OK";
}

static void update_forget(struct update_plan *plan)
{
	free(plan->binary);
	free(plan->command_line);
	memset(plan, 0, sizeof(*plan));
}

static const char *update_start(struct server *server, const struct connection *connection,
				const struct xsd_sockmsg *header)
{
	const char *trouble;

	if (!server->update.binary)
		return "no new binary was named (-f)";
	if (server->update.is_running || checker.fd >= 0)
		return "BUSY";
	server->update.connection_id = connection->id;
	server->update.header = *header;
	trouble = update_start_checker(server);
	server->update.is_running = !trouble;
	return trouble;
}

/* Transactions move along, so there is nothing to wait for: -t and -F are taken and unneeded. */
const char *update_command(struct server *server, struct connection *connection,
			   const struct xsd_sockmsg *header, const char *const *words,
			   unsigned int nr_words)
{
	if (nr_words == 1 && !strcmp(words[0], "-a")) {
		update_forget(&server->update);
		return "OK";
	}
	if (nr_words == 2 && !strcmp(words[0], "-f")) {
		if (access(words[1], X_OK))
			return "the new binary is not there or not executable";
		return update_set(&server->update.binary, words[1]);
	}
	if (nr_words == 2 && !strcmp(words[0], "-c"))
		return update_set(&server->update.command_line, words[1]);
	if (nr_words && !strcmp(words[0], "-s"))
		return update_start(server, connection, header);
	return "want -f <file>, -c <arguments>, -s or -a";
}

/* The arguments of the new process: the old ones or those of -c, then where the state is. */
static void update_build_arguments(struct update_plan *plan, char *number, char **arguments)
{
	char *word = plan->command_line ? strtok(plan->command_line, " ") : NULL;
	unsigned int n = 0;

	arguments[n++] = PROGRAM;
	if (plan->command_line) {
		for (; word && n < MAX_ARGUMENTS - 8; word = strtok(NULL, " "))
			arguments[n++] = word;
	} else {
		for (char **old = start_arguments + 1; *old && n < MAX_ARGUMENTS - 8; old++)
			if (!strcmp(*old, "--restore-fd") && old[1])
				old++;
			else
				arguments[n++] = *old;
	}
	if (log_is_on()) {
		arguments[n++] = "--trace-file";
		arguments[n++] = (char *)(uintptr_t)log_file();
	}
	arguments[n++] = "--restore-fd";
	arguments[n++] = number;
	arguments[n] = NULL;
}

/* Which descriptors the new process inherits. */
static void update_set_inherited(const struct server *server, int state_fd, int flags)
{
	const struct connection *connection;

	fcntl(state_fd, F_SETFD, flags);
	fcntl(server->listen_fd, F_SETFD, flags);
	TAILQ_FOREACH(connection, &server->connections, all)
	if (socket_fd(connection) >= 0 && !connection->is_cut)
		fcntl(socket_fd(connection), F_SETFD, flags);
}

/* The answer goes along: the new process sends it. */
static struct message *update_queue_answer(struct server *server)
{
	struct connection *connection = update_requester(server);
	struct message *message;

	if (!connection)
		return NULL;
	server->update.header.len = 3;
	message = message_create(&server->update.header, "OK");
	if (message)
		connection_queue(connection, message);
	return message;
}

void update_perform(struct server *server)
{
	char *arguments[MAX_ARGUMENTS + 1];
	struct message *answer;
	char number[16];
	int fd;

	server->update.is_due = false;
	answer = update_queue_answer(server);
	fd = update_write_state(server);
	if (fd >= 0) {
		snprintf(number, sizeof(number), "%d", fd);
		update_build_arguments(&server->update, number, arguments);
		update_set_inherited(server, fd, 0);
		execv(server->update.binary, arguments);
		log_error("the new binary %s cannot be executed: %s", server->update.binary,
			  strerror(errno));
		update_set_inherited(server, fd, FD_CLOEXEC);
		close(fd);
	}
	if (answer)
		connection_unqueue(update_requester(server), answer);
	update_answer(server, "the new binary could not be executed");
}
