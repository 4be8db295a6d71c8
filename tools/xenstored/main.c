/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Start and end of the daemon: what is opened in which order, and who is told that it is ready. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "xenstored/domain.h"
#include "xenstored/events.h"
#include "xenstored/journal.h"
#include "xenstored/options.h"
#include "xenstored/socket.h"
#include "xenstored/state_file.h"
#include "xenstored/update.h"

#define DEFAULT_SOCKET "/var/run/xenstored/socket" /* what libxenstore connects to */
#define DEFAULT_STATE "/var/run/xenstored/state"

static struct source signals = {.fd = -1};
static const char *pid_file; /* that we have written */

static void main_handle_signal(struct server *server, struct source *source, uint32_t ready)
{
	struct signalfd_siginfo info;

	(void)ready;
	if (read(source->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP)
		log_set_file(log_file());
	else
		server->is_stopping = true;
}

static int main_open_signals(struct server *server)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signals = (struct source){.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK),
				  .handle = main_handle_signal};
	return signals.fd < 0 ? -errno : loop_add(server, &signals, EPOLLIN);
}

static int main_open_hypervisor(struct server *server)
{
	server->hypervisor = hypervisor_open(-1);
	if (!server->hypervisor)
		return -ENODEV;
	server->exception_port = hypervisor_bind_domain_exception(server->hypervisor);
	if (server->exception_port < 0)
		log_error("the ends of domains will not be heard of: the virtual interrupt is not "
			  "to be had (%s); is another xenstored running?",
			  strerror(-server->exception_port));
	return events_add(server);
}

/* A state that was kept has the kernel's connection already. */
static int main_connect_kernel(struct server *server)
{
	const struct domain *kernel = domain_find(server, 0);
	int error = kernel && kernel->is_introduced ? 0 : domain_introduce_kernel(server);

	if (error)
		log_error("dom0's kernel is not connected: /dev/xen/xenbus_backend: %s",
			  strerror(-error));
	domain_check_all(server);
	return error;
}

static int main_write_pid(const char *name)
{
	FILE *file = fopen(name, "we");

	if (!file || fprintf(file, "%d\n", (int)getpid()) < 0 || fclose(file)) {
		log_error("the pid file %s cannot be written: %s", name, strerror(errno));
		return -1;
	}
	pid_file = name;
	return 0;
}

static void main_notify_systemd(void)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	static const char text[] = "READY=1";
	int fd;

	if (!name || strlen(name) >= sizeof(address.sun_path))
		return;
	strcpy(address.sun_path, name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	sendto(fd, text, sizeof(text) - 1, MSG_NOSIGNAL, (struct sockaddr *)&address,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name)));
	close(fd);
}

/* Event channels may not be used by a child, so the fork comes first; the parent leaves when the
 * child says that it is ready. Returns the descriptor to say it on. */
static int main_daemonize(void)
{
	int pipes[2];
	pid_t child;
	char byte;

	if (pipe2(pipes, O_CLOEXEC))
		return -1;
	child = fork();
	if (child > 0) {
		close(pipes[1]);
		_exit(read(pipes[0], &byte, 1) == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	close(pipes[0]);
	if (child < 0 || setsid() < 0) {
		close(pipes[1]);
		return -1;
	}
	return pipes[1];
}

static void main_tell_ready(const struct options *options, int parent_fd)
{
	main_notify_systemd();
	if (options->ready_fd >= 0) {
		if (write(options->ready_fd, "\n", 1) != 1)
			log_error("nobody listens on --ready-fd %d", options->ready_fd);
		close(options->ready_fd);
	}
	if (parent_fd < 0)
		return;
	if (write(parent_fd, "\n", 1) != 1)
		log_error("the parent went away: %s", strerror(errno));
	close(parent_fd);
}

/* A supervisor may have said so already, or something stronger. */
static void main_protect(void)
{
	int fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	char text[16] = "";

	if (fd < 0)
		return;
	if (read(fd, text, sizeof(text) - 1) > 0 && atoi(text) > -900 &&
	    pwrite(fd, "-900", 4, 0) != 4)
		log_error("it is not the last to go when memory is short: %s", strerror(errno));
	close(fd);
}

/* As many descriptors as may be, and the last to go when memory is short. */
static void main_claim_resources(void)
{
	struct rlimit limit;

	main_protect();
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int main_open_loop(struct server *server)
{
	int error = loop_init(server);

	if (!error)
		error = main_open_signals(server);
	if (error)
		log_error("the event loop cannot be set up: %s", strerror(-error));
	return error;
}

static int main_open_store(struct server *server, const struct options *options)
{
	if (!options->no_hypervisor && main_open_hypervisor(server))
		return -ENODEV;
	if (options->state_file && state_file_load(server, options->state_file))
		return -ENOMEM;
	return server->hypervisor && main_connect_kernel(server) ? -ENODEV : 0;
}

static int main_listen(struct server *server, const struct options *options)
{
	const char *socket = options->socket ? options->socket : getenv("XENSTORED_PATH");
	int error;

	socket = socket ? socket : DEFAULT_SOCKET;
	error = socket_listen(server, socket);
	if (error)
		log_error("the socket %s cannot be listened on: %s; is another xenstored running, "
			  "and are you root?",
			  socket, strerror(-error));
	return error;
}

static int main_open(struct server *server, const struct options *options)
{
	int error;

	error = options->state_file ? state_file_claim(server, options->state_file) : 0;
	if (error) {
		log_error("another xenstored is running: it uses %s", options->state_file);
		return error;
	}
	error = options->restore_fd >= 0 ? update_restore(server, options->restore_fd)
					 : main_open_store(server, options);
	if (error)
		return error;
	if (options->state_file)
		state_file_begin(server, options->state_file);
	return options->restore_fd >= 0 ? 0 : main_listen(server, options);
}

static int main_serve(struct server *server, const struct options *options)
{
	int parent_fd = -1;

	if (options->daemonize && options->restore_fd < 0) {
		parent_fd = main_daemonize();
		if (parent_fd < 0) {
			log_error("cannot go to the background: %s", strerror(errno));
			return -1;
		}
	}
	if (options->trace_file && (log_set_file(options->trace_file) || log_switch(true))) {
		log_error("the trace file %s cannot be written: %s", options->trace_file,
			  strerror(errno));
		return -1;
	}
	if (!options->no_hypervisor)
		main_claim_resources();
	if (main_open_loop(server) || main_open(server, options) ||
	    (options->pid_file && main_write_pid(options->pid_file)))
		return -1;
	if (options->restore_fd < 0)
		main_tell_ready(options, parent_fd);
	loop_run(server);
	if (options->state_file)
		state_file_end(server, options->state_file);
	return 0;
}

static void main_close(struct server *server, const struct options *options)
{
	journal_close(server->journal, false);
	socket_close_all(server);
	domain_release_all(server);
	if (options->state_file)
		state_file_release(server, options->state_file);
	hypervisor_close(server->hypervisor);
	if (pid_file)
		unlink(pid_file);
	server_fini(server);
}

int main(int argc, char **argv)
{
	struct server server;
	struct options options;
	uint64_t keys[2] = {0, 0};
	int error;

	if (getrandom(keys, sizeof(keys), GRND_NONBLOCK) == sizeof(keys))
		table_seed(keys[0], keys[1]);
	if (server_init(&server)) {
		log_error("no memory");
		return EXIT_FAILURE;
	}
	if (options_parse(&options, argc, argv, &server.store.accounts))
		return EXIT_FAILURE;
	if (options.show_help || options.show_version) {
		if (options.show_help)
			options_print_help();
		else
			puts("xenstored of Trestle");
		return EXIT_SUCCESS;
	}
	if (options.check_only)
		return update_check(&server, options.restore_fd) ? EXIT_FAILURE : EXIT_SUCCESS;
	if (!options.state_file && !options.no_hypervisor)
		options.state_file = DEFAULT_STATE;
	update_init(argc, argv);
	error = main_serve(&server, &options);
	/* As after a crash: the next one takes the journal over. */
	if (error && server.journal)
		return EXIT_FAILURE;
	main_close(&server, &options);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
